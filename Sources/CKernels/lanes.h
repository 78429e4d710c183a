// Arithmetic on rows of lanes, one lane a bootstrap sample; included behind `body.h`.

void CK_NAME(lane_counts)(const uint32_t *rows, size_t row_count, const uint8_t *piece,
                          float *output, size_t output_stride) {
  for (size_t row = 0; row < row_count; row++) {
    // Rows stand in the order of a probability, all over memory: without this each is waited for.
    if (row + 16 < row_count)
      __builtin_prefetch(piece + (size_t)(rows[row + 16] & 0x7fffffff) * CK_SAMPLE_LANES);
    const uint8_t *source = piece + (size_t)(rows[row] & 0x7fffffff) * CK_SAMPLE_LANES;
    float *target = output + row * output_stride;
    for (size_t lane = 0; lane < CK_SAMPLE_LANES; lane++) target[lane] = (float)source[lane];
  }
}

void CK_NAME(lane_sums)(const float *matrix, size_t row_count, size_t lanes, double *sums) {
  for (size_t block = 0; block < lanes; block += 64) {
    floats a = 0, b = 0, c = 0, d = 0;
    const float *source = matrix + block;
    for (size_t row = 0; row < row_count; row++, source += lanes) {
      a += *(const loose_floats *)source;
      b += *(const loose_floats *)(source + 16);
      c += *(const loose_floats *)(source + 32);
      d += *(const loose_floats *)(source + 48);
    }
    for (int lane = 0; lane < 16; lane++) sums[block + lane] += a[lane];
    for (int lane = 0; lane < 16; lane++) sums[block + 16 + lane] += b[lane];
    for (int lane = 0; lane < 16; lane++) sums[block + 32 + lane] += c[lane];
    for (int lane = 0; lane < 16; lane++) sums[block + 48 + lane] += d[lane];
  }
}

void CK_NAME(lane_events)(size_t lanes, double *restrict events, double *restrict tied,
                          double *restrict above, double *restrict called,
                          double *restrict inversions, double *restrict precision) {
  for (size_t lane = 0; lane < lanes; lane++) {
    double hits = events[lane];
    inversions[lane] += hits * (above[lane] + tied[lane] / 2);
    double right = called[lane] + hits, wrong = above[lane] + tied[lane];
    double standing = right + wrong;
    precision[lane] += hits * right / (standing > 1 ? standing : 1);
    called[lane] = right;
    above[lane] = wrong;
    events[lane] = 0;
    tied[lane] = 0;
  }
}
