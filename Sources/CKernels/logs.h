// Logarithms of probabilities relative to a background, eight at a time.

typedef uint64_t eight_bits __attribute__((ext_vector_type(8)));

/// The natural logarithm of positive normal numbers, to about 1e-15 of itself or of 1.
///
/// x = 2^k m with m from sqrt(1/2) to sqrt(2), and log m = 2 artanh s with
/// s = (m - 1) / (m + 1), |s| < 0.172: the series in s^2 is cut where a term is below 1e-16.
INLINE eight logarithm(eight x) {
  const uint64_t root = 0x3FE6A09E667F3BCD; // of 1/2
  eight_bits bits = (eight_bits)x + (0x3FF0000000000000 - root);
  eight_bits mantissa = (bits & 0x000FFFFFFFFFFFFF) + root;
  // A small whole number becomes a double by being the last bits of 2^52.
  eight_bits exponent = (bits >> 52) | 0x4330000000000000;
  eight k = (eight)exponent - (4503599627370496.0 + 1023.0);
  eight m = (eight)mantissa;
  eight s = (m - 1.0) / (m + 1.0);
  eight z = s * s;
  eight sum = z * (1.0 / 19) + 1.0 / 17;
  sum = sum * z + 1.0 / 15;
  sum = sum * z + 1.0 / 13;
  sum = sum * z + 1.0 / 11;
  sum = sum * z + 1.0 / 9;
  sum = sum * z + 1.0 / 7;
  sum = sum * z + 1.0 / 5;
  sum = sum * z + 1.0 / 3;
  sum = sum * z + 1.0;
  return k * 0.69314718055994530942 + 2.0 * s * sum;
}

void CK_NAME(relative_terms)(const double *differences, size_t cases, size_t stride,
                             const double *background, const double *inverse, size_t count,
                             double least, double *terms) {
  for (size_t index = 0; index < cases; index++) {
    const double *row = differences + index * stride;
    double *out = terms + index * count;
    for (size_t column = 0; column < count; column += 8) {
      size_t left = count - column < 8 ? count - column : 8;
      eight d = 0, b = 1, i = 1;
      if (left == 8) {
        d = *(const loose_eight *)(row + column);
        b = *(const loose_eight *)(background + column);
        i = *(const loose_eight *)(inverse + column);
      } else {
        for (size_t lane = 0; lane < left; lane++) {
          d[lane] = row[column + lane];
          b[lane] = background[column + lane];
          i[lane] = inverse[column + lane];
        }
      }
      eight p = b + d;
      eight low = least;
      p = __builtin_elementwise_max(p, low);
      eight term = p * logarithm(p * i);
      if (left == 8) {
        *(loose_eight *)(out + column) = term;
      } else {
        for (size_t lane = 0; lane < left; lane++) out[column + lane] = term[lane];
      }
    }
  }
}

void CK_NAME(information)(const struct ck_answers *answers, const double *updated,
                          const double *terms, const double *rest, const uint8_t *codes,
                          size_t cases, float known, float *bits, double *scratch) {
  const double per_nat = 1.4426950408889634, least = answers->least;
  size_t columns = answers->column_count, findings = answers->finding_count;
  size_t plain = answers->plain_count, plain_columns = answers->plain_column_count;
  size_t discounted = columns - plain_columns, rest_columns = findings + 2 * discounted;
  const double *background = answers->background + plain_columns;
  const double *chance_scales = answers->scales + findings;
  const double *moved_scales = chance_scales + discounted;
  for (size_t index = 0; index < cases; index++) {
    double *restrict nats = scratch;
    for (size_t i = 0; i < plain; i++) nats[i] = rest[i] * answers->scales[i];
    for (size_t i = plain; i < findings; i++) nats[i] = 0;
    const double *restrict term = terms;
    for (size_t k = 0; k < answers->plain_plane_count; k++) {
      size_t width = (size_t)answers->plain_planes[k];
      for (size_t i = 0; i < width; i++) nats[i] -= term[i];
      term += width;
    }
    const double *restrict chance = rest + findings, *restrict moved = chance + discounted;
    const double *restrict weights = updated + plain_columns;
    size_t column = 0;
    for (size_t k = 0; k < answers->discounted_plane_count; k++) {
      size_t width = (size_t)answers->discounted_planes[k];
      for (size_t i = 0; i < width; i++) {
        size_t j = column + i;
        double weight = background[j] + weights[j];
        weight = weight > least ? weight : least;
        double probability = background[j] + chance[j] * chance_scales[j];
        probability = probability > least ? probability : least;
        nats[plain + i] += probability * ((moved[j] * moved_scales[j] - term[j]) / weight);
      }
      column += width;
    }
    for (size_t i = 0; i < findings; i++) {
      size_t finding = (size_t)answers->order[i];
      int is_known = (codes[finding] != 0) | (finding == answers->setting);
      float found = (float)((nats[i] > 0 ? nats[i] : 0) * per_nat);
      bits[finding] = is_known ? known : found;
    }
    updated += columns;
    terms += columns;
    rest += rest_columns;
    codes += findings;
    bits += findings;
  }
}
