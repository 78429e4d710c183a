// A probability with six significant digits as text in pieces, which a few stores of fixed width
// put one over the other: 8 bytes, 8 more at `start`, 4 more at `length`.
#pragma STDC FP_CONTRACT OFF
#include <stdint.h>
#include <string.h>

/// How the pieces go together, in one number: `start`, `length` and the bytes in all in the lowest
/// three bytes, the last piece in the upper half. 0 where a number has to be written by itself.
#define CK_SHAPE(start, length, total, tail)                                                  \
  ((uint64_t)(start) | (uint64_t)(length) << 8 | (uint64_t)(total) << 16 | (uint64_t)(tail) << 32)

/// Powers of ten that are exact.
static const double ck_tens[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// Below it each step that brings a number into the reach of `ck_tens` may round in the last bit.
#define CK_LEAST_PLAIN 1e-16

/// The eight digits of a number below 10^8, the first in the lowest byte: halves, quarters and
/// eighths of it are parted side by side.
static inline uint64_t ck_eight_digits(uint32_t number) {
  uint64_t fours = number / 10000 | (uint64_t)(number % 10000) << 32;
  // 10486 / 2^20 is a hundredth, exact below 10^4; 103 / 2^10 is a tenth, exact below 100.
  uint64_t hundreds = fours * 10486 >> 20 & 0x7f0000007full;
  uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  uint64_t tens = twos * 103 >> 10 & 0x000f000f000f000full;
  return tens | (twos - 10 * tens) << 8;
}

/// Half away from zero, for what is not negative: the difference is exact.
static inline uint64_t ck_rounded(double x) {
  // Processors turn a signed number faster.
  int64_t whole = (int64_t)x;
  return (uint64_t)(whole + (x - (double)whole >= 0.5));
}

/// The pieces of a number that is `value` times 10 to the power of -`exponent`, where `value` is
/// 10^-16 or more and below 1.
static inline uint64_t ck_number_pieces(double value, int exponent, uint64_t *before,
                                        uint64_t *behind) {
  // Without a branch, as which way a probability is written cannot be foretold.
  // Where value = m 2^-b, 1 <= m < 2: the first digit stands at b log10 2, rounded up or down.
  uint64_t bits;
  memcpy(&bits, &value, 8);
  int place = (int)((1023 - (bits >> 52)) * 1233 >> 12);
  place += value * ck_tens[place] < 1;
  uint64_t digits = ck_rounded(value * ck_tens[place + 5]);
  int carries = digits >= 1000000;
  digits = carries ? 100000 : digits;
  exponent += place - carries;
  // The six digits and two zeros, and how many are left without the zeros at the end.
  uint64_t text = ck_eight_digits((uint32_t)digits * 100);
  size_t kept = 8 - (size_t)__builtin_clzll(text) / 8;
  text |= 0x3030303030303030ull;
  // 0.000123456, or 1.23456e-05, or 1 where all nines were rounded up.
  int is_small = exponent > 4;
  *before = is_small ? (text & 0xff) | '.' << 8 : 0x3030303030302e30ull + (exponent == 0);
  *behind = is_small ? text >> 8 : text;
  size_t start = is_small ? 2 : 1 + (size_t)exponent;
  size_t length = is_small ? kept + (kept > 1) : exponent ? start + kept : 1;
  uint32_t tail = (uint32_t)('e' | '-' << 8 | ('0' + exponent / 10) << 16) |
                  (uint32_t)('0' + exponent % 10) << 24;
  return CK_SHAPE(start, length, length + (is_small ? 4 : 0), tail);
}
