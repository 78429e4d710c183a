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

typedef float eight_floats __attribute__((ext_vector_type(8)));
typedef float loose_eight_floats __attribute__((ext_vector_type(8), aligned(4)));
typedef int32_t loose_eight_ints __attribute__((ext_vector_type(8), aligned(4)));

INLINE double sum_of_lanes(eight x) {
  return ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7]));
}

/// Sums over the causes: p, p v and p^2 v.
INLINE void sum_spread(const float *posterior, const int32_t *variance, double unit,
                       size_t cause_count, double sums[3]) {
  eight all = 0, first = 0, second = 0;
  size_t c = 0;
  for (; c + 8 <= cause_count; c += 8) {
    eight p = __builtin_convertvector(*(const loose_eight_floats *)(posterior + c), eight);
    eight v = __builtin_convertvector(*(const loose_eight_ints *)(variance + c), eight);
    all += p;
    first += p * v;
    second += p * p * v;
  }
  for (; c < cause_count; c++) {
    double p = (double)posterior[c], v = (double)variance[c];
    all[c & 7] += p;
    first[c & 7] += p * v;
    second[c & 7] += p * p * v;
  }
  sums[0] = sum_of_lanes(all);
  sums[1] = sum_of_lanes(first) * unit;
  sums[2] = sum_of_lanes(second) * unit;
}

void CK_NAME(intervals)(const int32_t *variances, size_t stride, double unit,
                        const float *posteriors, size_t cases, size_t cause_count, size_t top,
                        const int32_t *causes, double z, float *lower, float *upper) {
  for (size_t index = 0; index < cases; index++) {
    const float *posterior = posteriors + index * cause_count;
    const int32_t *variance = variances + index * stride;
    double all[3];
    sum_spread(posterior, variance, unit, cause_count, all);
    // A lane for each place; those without one repeat the first.
    eight p, v;
    for (size_t place = 0; place < CK_MAX_TOP; place++) {
      size_t cause = (size_t)causes[index * top + (place < top ? place : 0)];
      p[place] = (double)posterior[cause];
      v[place] = (double)variance[cause];
    }
    v *= unit;
    eight others = all[0] - p, first = all[1] - p * v, second = all[2] - p * p * v;
    for (size_t place = 0; place < top; place++) {
      if (others[place] >= 1e-6) continue;
      // Where hardly anything is left, it is summed by itself and not lost in a difference.
      size_t own = (size_t)causes[index * top + place];
      double rest[3] = {0, 0, 0};
      for (size_t c = 0; c < cause_count; c++) {
        double q = c == own ? 0 : (double)posterior[c], spread = (double)variance[c] * unit;
        rest[0] += q;
        rest[1] += q * spread;
        rest[2] += q * q * spread;
      }
      others[place] = rest[0];
      first[place] = rest[1];
      second[place] = rest[2];
    }
    // Without others or without the cause itself there is no interval.
    __typeof__(others > 0.0) is_between = (others > 0.0) & (p > 0.0);
    eight one = 1, inverse = one / (is_between ? others : one);
    first *= inverse;
    second *= inverse * inverse;
    eight centre = -0.5 * (first - second), half = z * __builtin_elementwise_sqrt(v + second);
    eight bound = 80;
    eight low = __builtin_elementwise_max(-bound, __builtin_elementwise_min(bound, centre - half));
    eight high = __builtin_elementwise_max(-bound, __builtin_elementwise_min(bound, centre + half));
    // The odds move by a factor on either side: lower ones in the first eight lanes.
    floats factor = exponential(__builtin_shufflevector(
        __builtin_convertvector(low, eight_floats), __builtin_convertvector(high, eight_floats), 0,
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    eight down = p * __builtin_convertvector(factor.lo, eight);
    eight up = p * __builtin_convertvector(factor.hi, eight);
    eight_floats least = __builtin_convertvector(down / (others + down), eight_floats);
    eight_floats most = __builtin_convertvector(up / (others + up), eight_floats);
    for (size_t place = 0; place < top; place++) {
      float own = posterior[causes[index * top + place]];
      int has = is_between[place] != 0;
      lower[index * top + place] = has && least[place] < own ? least[place] : own;
      upper[index * top + place] = has && most[place] > own ? most[place] : own;
    }
  }
}
