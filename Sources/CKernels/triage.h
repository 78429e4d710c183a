// Red flags, expected losses and limits of intervals. Included once a level, behind
// `posteriors.h`.

typedef uint8_t bytes_of_rules __attribute__((ext_vector_type(64)));
typedef _Bool bits_of_rules __attribute__((ext_vector_type(64)));

void CK_NAME(rules_holding)(const struct ck_table *table, const struct ck_rules *rules,
                            const uint8_t *codes, size_t cases, uint64_t *holding,
                            int32_t *known, int32_t *list) {
  const bytes_of_rules *rows = (const bytes_of_rules *)rules->rows;
  const bytes_of_rules *needed = (const bytes_of_rules *)rules->needed;
  size_t words = rules->words;
  for (size_t index = 0; index < cases; index++) {
    size_t count = list_rows(table, codes + index * table->finding_count, list);
    known[index] = (int32_t)count - 1;
    for (size_t word = 0; word < words; word++) {
      bytes_of_rules met = 0;
      for (size_t i = 0; i < count; i++) met += rows[(size_t)list[i] * words + word];
      bits_of_rules held = __builtin_convertvector(met == needed[word], bits_of_rules);
      memcpy(holding + index * words + word, &held, 8);
    }
  }
}

typedef double four __attribute__((ext_vector_type(4)));
typedef double loose_four __attribute__((ext_vector_type(4), aligned(8)));

void CK_NAME(product4)(const float *left, size_t cases, size_t inner, const double *right,
                       float *product) {
  size_t index = 0;
  // Four cases at once hide the latency of one sum in that of the others.
  for (; index + 4 <= cases; index += 4) {
    const float *row = left + index * inner;
    four a = 0, b = 0, c = 0, d = 0;
    for (size_t k = 0; k < inner; k++) {
      four column = *(const loose_four *)(right + 4 * k);
      a += (double)row[k] * column;
      b += (double)row[inner + k] * column;
      c += (double)row[2 * inner + k] * column;
      d += (double)row[3 * inner + k] * column;
    }
    for (int i = 0; i < 4; i++) {
      product[4 * index + (size_t)i] = (float)a[i];
      product[4 * index + 4 + (size_t)i] = (float)b[i];
      product[4 * index + 8 + (size_t)i] = (float)c[i];
      product[4 * index + 12 + (size_t)i] = (float)d[i];
    }
  }
  for (; index < cases; index++) {
    four sum = 0;
    for (size_t k = 0; k < inner; k++)
      sum += (double)left[index * inner + k] * *(const loose_four *)(right + 4 * k);
    for (int i = 0; i < 4; i++) product[4 * index + (size_t)i] = (float)sum[i];
  }
}

// ---------------------------------------------------------------- intervals

/// Sums over the causes, the one left out excepted: p, p v and p^2 v.
INLINE void sum_spread(const float *posterior, const int32_t *variance, double unit,
                       size_t cause_count, size_t left_out, double sums[3]) {
  four all = 0, first = 0, second = 0;
  size_t c = 0;
  for (; c + 4 <= cause_count; c += 4) {
    four p, v;
    for (int i = 0; i < 4; i++) {
      size_t cause = c + (size_t)i;
      p[i] = cause == left_out ? 0 : (double)posterior[cause];
      v[i] = (double)variance[cause];
    }
    all += p;
    first += p * v;
    second += p * p * v;
  }
  for (; c < cause_count; c++) {
    double p = c == left_out ? 0 : (double)posterior[c], v = (double)variance[c];
    all[c & 3] += p;
    first[c & 3] += p * v;
    second[c & 3] += p * p * v;
  }
  sums[0] = (all[0] + all[1]) + (all[2] + all[3]);
  sums[1] = ((first[0] + first[1]) + (first[2] + first[3])) * unit;
  sums[2] = ((second[0] + second[1]) + (second[2] + second[3])) * unit;
}

void CK_NAME(intervals)(const int32_t *variances, size_t stride, double unit,
                        const float *posteriors, size_t cases, size_t cause_count, size_t top,
                        const int32_t *causes, double z, float *lower, float *upper) {
  for (size_t index = 0; index < cases; index++) {
    const float *posterior = posteriors + index * cause_count;
    const int32_t *variance = variances + index * stride;
    double all[3];
    sum_spread(posterior, variance, unit, cause_count, cause_count, all);
    // The odds move by a factor on either side: lower ones in the first eight lanes.
    floats moved = 0;
    double own[CK_MAX_TOP], others[CK_MAX_TOP];
    for (size_t place = 0; place < top; place++) {
      size_t cause = (size_t)causes[index * top + place];
      double p = (double)posterior[cause], v = (double)variance[cause] * unit;
      double rest[3] = {all[0] - p, all[1] - p * v, all[2] - p * p * v};
      // Where hardly anything is left, it is summed by itself and not lost in a difference.
      if (rest[0] < 1e-6) sum_spread(posterior, variance, unit, cause_count, cause, rest);
      own[place] = p;
      others[place] = rest[0];
      double first = rest[1] / rest[0], second = rest[2] / (rest[0] * rest[0]);
      double centre = -0.5 * (first - second), half = z * __builtin_sqrt(v + second);
      double low = centre - half, high = centre + half;
      moved[place] = (float)(low < -80 ? -80 : low > 80 ? 80 : low);
      moved[place + CK_MAX_TOP] = (float)(high < -80 ? -80 : high > 80 ? 80 : high);
    }
    floats factor = exponential(moved);
    for (size_t place = 0; place < top; place++) {
      float p = (float)own[place];
      if (!(own[place] > 0 && others[place] > 0)) {
        lower[index * top + place] = upper[index * top + place] = p;
        continue;
      }
      double low = own[place] * (double)factor[place];
      double high = own[place] * (double)factor[place + CK_MAX_TOP];
      float least = (float)(low / (others[place] + low));
      float most = (float)(high / (others[place] + high));
      lower[index * top + place] = least < p ? least : p;
      upper[index * top + place] = most > p ? most : p;
    }
  }
}
