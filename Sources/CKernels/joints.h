// Rows of joint states: findings that are looked up together. Included once a level, behind
// `body.h`.

/// Sums wrap around where an order of terms takes them out of range on the way; the whole sum is
/// within it.
typedef uint32_t wrapping __attribute__((ext_vector_type(16), aligned(4)));

size_t CK_NAME(list_joints)(const struct ck_joints *joints, const uint8_t *codes,
                            size_t finding_count, size_t cases, int32_t *list,
                            int32_t *missing) {
  size_t stride = joints->term_count + 1, missed = 0;
  for (size_t index = 0; index < cases; index++) {
    const uint8_t *own = codes + index * finding_count;
    int32_t *rows = list + index * stride + 1;
    size_t count = 0;
    for (size_t term = 0; term < joints->term_count; term++) {
      int32_t row = joints->first_row[term], known = 0;
      for (int32_t m = joints->first_member[term]; m < joints->first_member[term + 1]; m++) {
        int32_t code = own[joints->finding[m]];
        row += code * joints->factor[m];
        known += code != 0;
      }
      rows[count] = row;
      count += known > 1;
    }
    list[index * stride] = (int32_t)count;
    for (size_t i = 0; i < count; i++)
      if (!__atomic_load_n(joints->ready + rows[i], __ATOMIC_ACQUIRE)) missing[missed++] = rows[i];
  }
  return missed;
}

void CK_NAME(add_joints)(const struct ck_joints *joints, const int32_t *list, size_t cases,
                         int32_t *all_sums, size_t sum_stride) {
  size_t width = joints->width;
  for (size_t index = 0; index < cases; index++) {
    const int32_t *own = list + index * (joints->term_count + 1);
    int32_t *sums = all_sums + index * sum_stride;
    for (size_t column = 0; column < width; column += 16) {
      wrapping sum = *(const wrapping *)(sums + column);
      for (int32_t i = 1; i <= own[0]; i++)
        sum += *(const wrapping *)(joints->rows + (size_t)own[i] * width + column);
      *(wrapping *)(sums + column) = sum;
    }
  }
}
