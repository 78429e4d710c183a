// The pieces of many probabilities as text, see `number.h`; included behind `body.h`.
#include "number.h"

#if CK_LEVEL == 4
typedef uint64_t eight_words __attribute__((ext_vector_type(8)));
typedef int64_t eight_longs __attribute__((ext_vector_type(8)));
typedef float eight_floats __attribute__((ext_vector_type(8)));

/// The steps of `ck_number_pieces`, on eight numbers side by side.
INLINE void eight_pieces(const float *numbers, uint64_t *before, uint64_t *behind,
                         uint64_t *shape) {
  eight_floats given;
  memcpy(&given, numbers, 32);
  eight value = __builtin_convertvector(given, eight);
  eight_longs plain = (value >= CK_LEAST_PLAIN) & (value < 1.0);
  value = plain ? value : 0.5;
  eight_words place = (1023 - ((eight_words)value >> 52)) * 1233 >> 12;
  eight power = (eight)_mm512_i64gather_pd((__m512i)place, ck_tens, 8);
  place -= (eight_words)(value * power < 1.0);
  power = (eight)_mm512_i64gather_pd((__m512i)(place + 5), ck_tens, 8);
  eight shifted = value * power;
  eight_longs whole = __builtin_convertvector(shifted, eight_longs);
  eight_words digits =
      (eight_words)(whole - (shifted - __builtin_convertvector(whole, eight) >= 0.5));
  eight_words carries = (eight_words)(digits >= 1000000);
  digits = (eight_longs)carries ? (eight_words)100000 : digits;
  eight_words exponent = place + carries;

  eight_words number = digits * 100;
  eight_words upper = number * 0xd1b71759 >> 45;  // a ten-thousandth, exact below 2^32
  eight_words fours = upper | (number - upper * 10000) << 32;
  eight_words hundreds = fours * 10486 >> 20 & 0x7f0000007full;
  eight_words twos = hundreds | (fours - 100 * hundreds) << 16;
  eight_words tens = twos * 103 >> 10 & 0x000f000f000f000full;
  eight_words text = tens | (twos - 10 * tens) << 8;
  eight_words kept = 8 - ((eight_words)_mm512_lzcnt_epi64((__m512i)text) >> 3);
  text |= 0x3030303030303030ull;

  eight_longs is_small = (eight_longs)(exponent > 4);
  eight_longs is_one = (eight_longs)(exponent == 0);
  eight_words first =
      is_small ? (text & 0xff) | (uint64_t)'.' << 8 : 0x3030303030302e30ull - (eight_words)is_one;
  eight_words second = is_small ? text >> 8 : text;
  eight_words start = is_small ? (eight_words)2 : exponent + 1;
  eight_words length = is_small ? kept - (eight_words)(kept > 1)
                                : (is_one ? (eight_words)1 : start + kept);
  eight_words total = length - ((eight_words)is_small & (uint64_t)-4);
  // Exponents have at most two digits; 103 / 2^10 is a tenth.
  eight_words ten = exponent * 103 >> 10;
  eight_words tail = 'e' | '-' << 8 | ('0' + ten) << 16 | ('0' + exponent - 10 * ten) << 24;
  eight_words shapes = start | length << 8 | total << 16 | tail << 32;
  shapes &= (eight_words)plain;
  memcpy(before, &first, 64);
  memcpy(behind, &second, 64);
  memcpy(shape, &shapes, 64);
}
#endif

void CK_NAME(number_texts)(const float *numbers, size_t count, uint64_t *before,
                           uint64_t *behind, uint64_t *shape) {
  size_t i = 0;
#if CK_LEVEL == 4
  for (; i + 8 <= count; i += 8) eight_pieces(numbers + i, before + i, behind + i, shape + i);
#endif
  for (; i < count; i++) {
    double value = (double)numbers[i];
    int plain = value >= CK_LEAST_PLAIN && value < 1;
    shape[i] = plain ? ck_number_pieces(value, 0, before + i, behind + i) : 0;
  }
}
