// Scores to posteriors and their ranking. Included once a level, behind `body.h`.

/// e to the power of x <= 0: within 2 units in the last place of the exact value, 0 below -87.
/// Cody and Waite's reduction and a polynomial of the sixth degree.
INLINE floats exponential(floats x) {
  const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to whole numbers
  ints vanishes = x < -87.0f;
  floats n = (x * 1.44269504088896341f + magic) - magic;
  floats r = (x - n * 0.693359375f) - n * -2.12194440054690583e-4f;
  floats y = r * 1.9875691500e-4f + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = (y * (r * r) + r) + 1.0f;
  ints bits = (ints)y + (__builtin_convertvector(n, ints) << 23);
  return (floats)(bits & ~vanishes);
}

/// Turns 16 rows of 16 numbers into 16 columns.
INLINE void transpose(ints *m) {
  ints a[16];
  for (int i = 0; i < 16; i += 2) {
    a[i] = __builtin_shufflevector(m[i], m[i + 1], 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12,
                                   28, 13, 29);
    a[i + 1] = __builtin_shufflevector(m[i], m[i + 1], 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27,
                                       14, 30, 15, 31);
  }
  // Now pairs: within each four rows, gather four of a column in each quarter.
  ints b[16];
  for (int i = 0; i < 16; i += 4) {
    b[i] = __builtin_shufflevector(a[i], a[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12,
                                   13, 28, 29);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27,
                                       14, 15, 30, 31);
    b[i + 2] = __builtin_shufflevector(a[i + 1], a[i + 3], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24,
                                       25, 12, 13, 28, 29);
    b[i + 3] = __builtin_shufflevector(a[i + 1], a[i + 3], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26,
                                       27, 14, 15, 30, 31);
  }
  // b[4g + c] has, in quarter q, rows 4g...4g+3 of column 4q + c.
  for (int c = 0; c < 4; c++) {
    ints low = __builtin_shufflevector(b[c], b[4 + c], 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20,
                                       21, 22, 23);
    ints low2 = __builtin_shufflevector(b[8 + c], b[12 + c], 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6,
                                        7, 20, 21, 22, 23);
    ints high = __builtin_shufflevector(b[c], b[4 + c], 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14,
                                        15, 28, 29, 30, 31);
    ints high2 = __builtin_shufflevector(b[8 + c], b[12 + c], 8, 9, 10, 11, 24, 25, 26, 27, 12,
                                         13, 14, 15, 28, 29, 30, 31);
    m[c] = __builtin_shufflevector(low, low2, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22,
                                   23);
    m[4 + c] = __builtin_shufflevector(low, low2, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27,
                                       28, 29, 30, 31);
    m[8 + c] = __builtin_shufflevector(high, high2, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21,
                                       22, 23);
    m[12 + c] = __builtin_shufflevector(high, high2, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27,
                                        28, 29, 30, 31);
  }
}

/// Writes the ranks of the lanes of a part side by side. `top` is a constant, as for `rank_parts`.
#if CK_LEVEL == 4
INLINE void write_ranks(const rank_floats *best, const rank_ints *which, size_t part, size_t lanes,
                        int top, int32_t *causes, float *probabilities) {
  (void)part;  // a part has all lanes
  // Causes in the lower half of a square's rows and probabilities in the upper half.
  ints square[16];
  for (int j = 0; j < 8; j++) {
    square[j] = j < top ? which[j] : (ints){0};
    square[8 + j] = j < top ? (ints)best[j] : (ints){0};
  }
  transpose(square);
  const __mmask8 mask = (__mmask8)((1 << top) - 1);
  for (size_t lane = 0; lane < lanes; lane++) {
    __m512i row = (__m512i)square[lane];
    _mm256_mask_storeu_epi32(causes + lane * (size_t)top, mask, _mm512_castsi512_si256(row));
    _mm256_mask_storeu_epi32(probabilities + lane * (size_t)top, mask,
                             _mm512_extracti64x4_epi64(row, 1));
  }
}
#else
INLINE void write_ranks(const rank_floats *best, const rank_ints *which, size_t part, size_t lanes,
                        int top, int32_t *causes, float *probabilities) {
  for (int j = 0; j < top; j++)
    for (size_t lane = 0; lane < RANK_LANES && part + lane < lanes; lane++) {
      causes[(part + lane) * (size_t)top + (size_t)j] = which[j][lane];
      probabilities[(part + lane) * (size_t)top + (size_t)j] = best[j][lane];
    }
}
#endif

/// The leading causes of the cases of some lanes: each column is inserted where it
/// belongs. Of equal ones the earlier column stays in front. Where `top` is a constant, what is
/// held of each lane stays in registers.
INLINE void rank_parts(const float *columns, size_t cause_count, size_t lanes, int top,
                       int32_t *causes, float *probabilities) {
  for (size_t part = 0; part < lanes; part += RANK_LANES) {
    const float *own = columns + part;
    rank_floats best[CK_MAX_TOP];
    rank_ints which[CK_MAX_TOP];
    for (int j = 0; j < top; j++) best[j] = -1.0f, which[j] = 0;
    for (size_t cause = 0; cause < cause_count; cause++) {
      rank_floats p = *(const rank_floats *)(own + CK_LANES * cause);
      rank_ints c = (int32_t)cause, before = 0;
      for (int j = 0; j < top; j++) {
        before |= (rank_ints)(p > best[j]);
        rank_floats displaced = best[j];
        rank_ints displaced_cause = which[j];
        best[j] = before ? p : best[j];
        which[j] = before ? c : which[j];
        p = before ? displaced : p;
        c = before ? displaced_cause : c;
      }
    }
    write_ranks(best, which, part, lanes, top, causes, probabilities);
  }
}

INLINE void rank_lanes(const float *columns, size_t cause_count, size_t lanes, size_t top,
                       int32_t *causes, float *probabilities) {
  switch (top) {
  case 1: rank_parts(columns, cause_count, lanes, 1, causes, probabilities); break;
  case 2: rank_parts(columns, cause_count, lanes, 2, causes, probabilities); break;
  case 3: rank_parts(columns, cause_count, lanes, 3, causes, probabilities); break;
  case 4: rank_parts(columns, cause_count, lanes, 4, causes, probabilities); break;
  case 5: rank_parts(columns, cause_count, lanes, 5, causes, probabilities); break;
  case 6: rank_parts(columns, cause_count, lanes, 6, causes, probabilities); break;
  case 7: rank_parts(columns, cause_count, lanes, 7, causes, probabilities); break;
  case 8: rank_parts(columns, cause_count, lanes, 8, causes, probabilities); break;
  default: break;
  }
}

/// Fewer cases than this are worked on one by one: most lanes would be empty.
#define CK_FEW 6

// So many terms are added up before their sum is added to the others: small terms are lost beside a
// large sum, and pairs and triples of causes are tens of thousands of terms.
#define CK_PART 256

/// The posteriors of one case, its causes side by side: the same operations on each and the
/// same order of the sum as in 16 cases at once, so the same bits.
INLINE void one_posterior(const int32_t *scores, size_t cause_count, float unit,
                          float *posterior, size_t top, int32_t *causes, float *probabilities,
                          float *scratch) {
  int32_t greatest = INT32_MIN;
  for (size_t c = 0; c < cause_count; c++) greatest = scores[c] > greatest ? scores[c] : greatest;
  for (size_t c = 0; c < cause_count; c += 16) {
    ints score = *(const loose_ints *)(scores + c);
    floats x = __builtin_convertvector(score - greatest, floats) * unit;
    *(floats *)(scratch + c) = exponential(x);
  }
  float sum = 0;
  for (size_t c = 0; c < cause_count; c += CK_PART) {
    size_t end = cause_count - c < CK_PART ? cause_count : c + CK_PART;
    float part = 0;
    for (size_t i = c; i < end; i++) part += scratch[i];
    sum += part;
  }
  float scale = 1.0f / sum;
  for (size_t c = 0; c < cause_count; c++) scratch[c] *= scale;
  if (posterior) memcpy(posterior, scratch, cause_count * sizeof(float));
  size_t held = 0;
  for (size_t c = 0; c < cause_count && top; c++) {
    float p = scratch[c];
    if (held == top && p <= probabilities[top - 1]) continue;
    size_t place = held < top ? held++ : top - 1;
    for (; place > 0 && probabilities[place - 1] < p; place--) {
      probabilities[place] = probabilities[place - 1];
      causes[place] = causes[place - 1];
    }
    probabilities[place] = p;
    causes[place] = (int32_t)c;
  }
}

/// The posteriors of 16 cases, a column of lanes a cause: `columns[cause]`.
INLINE void lane_posteriors(const int32_t *scores, size_t score_stride, size_t cause_count,
                            float unit, floats *columns) {
  ints greatest = (ints){0} + INT32_MIN;
  for (size_t c = 0; c < cause_count; c += 16) {
    ints square[16];
    for (size_t lane = 0; lane < 16; lane++)
      square[lane] = *(const loose_ints *)(scores + lane * score_stride + c);
    transpose(square);
    size_t width = cause_count - c < 16 ? cause_count - c : 16;
    for (size_t i = 0; i < width; i++) {
      greatest = square[i] > greatest ? square[i] : greatest;
      columns[c + i] = (floats)square[i];
    }
  }
  floats sum = (floats){0};
  for (size_t c = 0; c < cause_count; c += CK_PART) {
    size_t end = cause_count - c < CK_PART ? cause_count : c + CK_PART;
    floats part = (floats){0};
    for (size_t i = c; i < end; i++) {
      floats x = __builtin_convertvector((ints)columns[i] - greatest, floats) * unit;
      columns[i] = exponential(x);
      part += columns[i];
    }
    sum += part;
  }
  floats scale = 1.0f / sum;
  for (size_t c = 0; c < cause_count; c++) columns[c] *= scale;
}

void CK_NAME(posteriors)(const int32_t *scores, size_t score_stride, size_t cases,
                         size_t cause_count, float unit, float *posteriors, size_t top,
                         int32_t *causes, float *probabilities, float *scratch) {
  floats *columns = (floats *)scratch;
  for (size_t first = 0; first < cases; first += CK_LANES) {
    size_t lanes = cases - first < CK_LANES ? cases - first : CK_LANES;
    if (lanes < CK_FEW) {
      for (size_t index = first; index < cases; index++)
        one_posterior(scores + index * score_stride, cause_count, unit,
                      posteriors ? posteriors + index * cause_count : 0, top,
                      causes + index * top, probabilities + index * top, scratch);
      return;
    }
    lane_posteriors(scores + first * score_stride, score_stride, cause_count, unit, columns);
    if (top)
      rank_lanes(scratch, cause_count, lanes, top, causes + first * top,
                 probabilities + first * top);
    if (posteriors) {
      for (size_t c = 0; c < cause_count; c += 16) {
        size_t width = cause_count - c < 16 ? cause_count - c : 16;
        ints square[16];
        for (size_t i = 0; i < 16; i++) square[i] = i < width ? (ints)columns[c + i] : (ints){0};
        transpose(square);
        for (size_t lane = 0; lane < lanes; lane++) {
          float *row = posteriors + (first + lane) * cause_count + c;
          if (width == 16)
            *(loose_floats *)row = (floats)square[lane];
          else
            memcpy(row, &square[lane], width * sizeof(float));
        }
      }
    }
  }
}
