// Cases under many drawn models. Included once a level, behind `posteriors.h`.

/// Puts a value among the lowest of each lane, which ascend. One that is not lower than the
/// last moves nothing, so that few values cost more than the comparison.
INLINE void keep_lowest(floats value, floats *lowest, size_t depth) {
  if (!__builtin_reduce_or((ints)(value < lowest[depth - 1]))) return;
  for (size_t j = 0; j < depth; j++) {
    floats held = lowest[j];
    lowest[j] = value < held ? value : held;
    value = value < held ? held : value;
  }
}

/// The same for the highest, which descend.
INLINE void keep_highest(floats value, floats *highest, size_t depth) {
  if (!__builtin_reduce_or((ints)(value > highest[depth - 1]))) return;
  for (size_t j = 0; j < depth; j++) {
    floats held = highest[j];
    highest[j] = value > held ? value : held;
    value = value > held ? held : value;
  }
}

/// Adds the offsets of a case, rounded to the coarser unit of a draw.
INLINE void add_offsets(const int32_t *offsets, size_t columns, int32_t shift, int32_t *sums) {
  int32_t half = shift ? (int32_t)1 << (shift - 1) : 0;
  for (size_t column = 0; column < columns; column += 16) {
    ints offset = *(const loose_ints *)(offsets + column);
    *(loose_ints *)(sums + column) += (offset + half) >> shift;
  }
}

void CK_NAME(extremes)(const struct ck_table *draws, const float *units, size_t draw_count,
                       const int32_t *offsets, const int32_t *shifts, const uint8_t *codes,
                       size_t cases, size_t cause_count, size_t depth, float *lowest,
                       float *highest, int32_t *list, int32_t *sums, float *scratch) {
  size_t findings = draws->finding_count, list_stride = findings + CK_LIST_PADDING;
  size_t stride = draws->tile_width * draws->tile_count, vectors = draws->tile_width / 16;
  // All draws have the same states, so the lists are made once.
  for (size_t index = 0; index < cases; index++) {
    int32_t *own = list + index * list_stride;
    own[list_stride - 1] = (int32_t)list_rows(draws, codes + index * findings, own);
  }
  size_t groups = (cases + CK_LANES - 1) / CK_LANES;
  floats *low = (floats *)lowest, *high = (floats *)highest, *columns = (floats *)scratch;
  for (size_t i = 0; i < groups * cause_count * depth; i++) {
    low[i] = (floats){0} + 2.0f;
    high[i] = (floats){0} - 1.0f;
  }
  memset(sums, 0, CK_LANES * stride * sizeof(int32_t));
  // A draw's rows stay in the cache while all cases pass them.
  for (size_t draw = 0; draw < draw_count; draw++) {
    const struct ck_table *table = draws + draw;
    for (size_t group = 0; group < groups; group++) {
      size_t first = group * CK_LANES;
      size_t lanes = cases - first < CK_LANES ? cases - first : CK_LANES;
      for (size_t lane = 0; lane < lanes; lane++) {
        const int32_t *own = list + (first + lane) * list_stride;
        for (size_t t = 0; t < table->tile_count; t++)
          sum_rows(table->rows + t * table->row_count * table->tile_width, vectors, own,
                   (size_t)own[list_stride - 1], sums + lane * stride + t * table->tile_width);
        if (offsets)
          add_offsets(offsets + (first + lane) * stride, stride, shifts[draw],
                      sums + lane * stride);
      }
      lane_posteriors(sums, stride, cause_count, units[draw], columns);
      for (size_t c = 0; c < cause_count; c++) {
        size_t place = (group * cause_count + c) * depth;
        keep_lowest(columns[c], low + place, depth);
        keep_highest(columns[c], high + place, depth);
      }
    }
  }
}
