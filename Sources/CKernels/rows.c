// Rows of text. Copies of short texts take 32 bytes whatever their length.
#include "CKernels.h"
#include <string.h>

static inline size_t write_digits(uint8_t *out, uint64_t number, int digits) {
  for (int i = digits - 1; i >= 0; i--, number /= 10) out[i] = (uint8_t)('0' + number % 10);
  return (size_t)digits;
}

/// The eight digits of a number below 10^8, the first in the lowest byte: halves, quarters and
/// eighths of it are parted side by side.
static inline uint64_t eight_digits(uint32_t number) {
  uint64_t fours = number / 10000 | (uint64_t)(number % 10000) << 32;
  // 10486 / 2^20 is a hundredth, exact below 10^4; 103 / 2^10 is a tenth, exact below 100.
  uint64_t hundreds = fours * 10486 >> 20 & 0x7f0000007full;
  uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  uint64_t tens = twos * 103 >> 10 & 0x000f000f000f000full;
  return tens | (twos - 10 * tens) << 8;
}

/// Half away from zero, for what is not negative: the difference is exact.
static inline uint64_t rounded(double x) {
  // Processors turn a signed number faster.
  int64_t whole = (int64_t)x;
  return (uint64_t)(whole + (x - (double)whole >= 0.5));
}

/// Powers of ten that are exact.
static const double tens[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// Writes what is not below one: no probability, but the text says what it is up to ten.
static size_t write_above_one(uint8_t *out, double value) {
  uint64_t all = value < 9.5 ? rounded(value * 1e6) : 9000000;
  out[0] = (uint8_t)('0' + all / 1000000);
  out[1] = '.';
  size_t length = 2 + write_digits(out + 2, all % 1000000, 6);
  while (out[length - 1] == '0') length--;
  return out[length - 1] == '.' ? 1 : length;
}

size_t ck_write_probability(uint8_t *out, float probability) {
  double value = (double)probability;
  if (!(value > 0)) {
    out[0] = '0';
    return 1;
  }
  if (value >= 1) return write_above_one(out, value);
  // Numbers of a float below 10^-16 are rare; each step may round in the last bit.
  int exponent = 0;
  while (value < 1e-16) value *= 10, exponent++;
  // The rest is without a branch, as which way a probability is written cannot be foretold.
  // Where value = m 2^-b, 1 <= m < 2: the first digit stands at b log10 2, rounded up or down.
  uint64_t bits;
  memcpy(&bits, &value, 8);
  int place = (int)((1023 - (bits >> 52)) * 1233 >> 12);
  place += value * tens[place] < 1;
  uint64_t digits = rounded(value * tens[place + 5]);
  int carries = digits >= 1000000;
  digits = carries ? 100000 : digits;
  exponent += place - carries;
  // The six digits and two zeros, and how many are left without the zeros at the end.
  uint64_t text = eight_digits((uint32_t)digits * 100);
  size_t kept = 8 - (size_t)__builtin_clzll(text) / 8;
  text |= 0x3030303030303030ull;
  // 0.000123456, or 1.23456e-05, or 1 where all nines were rounded up.
  int is_small = exponent > 4;
  uint64_t before = is_small ? (text & 0xff) | '.' << 8 : 0x3030303030302e30ull + (exponent == 0);
  uint64_t behind = is_small ? text >> 8 : text;
  size_t start = is_small ? 2 : 1 + (size_t)exponent;
  size_t length = is_small ? kept + (kept > 1) : exponent ? start + kept : 1;
  uint32_t tail = (uint32_t)('e' | '-' << 8 | ('0' + exponent / 10) << 16) |
                  (uint32_t)('0' + exponent % 10) << 24;
  memcpy(out, &before, 8);
  memcpy(out + start, &behind, 8);
  memcpy(out + length, &tail, 4);
  return length + (is_small ? 4 : 0);
}

static inline uint8_t *write_text(uint8_t *out, const struct ck_texts *texts, size_t index) {
  size_t start = index ? texts->ends[index - 1] : 0, length = texts->ends[index] - start;
  memcpy(out, texts->bytes + start, 32);
  if (length > 32) memcpy(out, texts->bytes + start, length);
  return out + length;
}

static inline uint8_t *write_cell(uint8_t *out, const uint8_t *text, size_t length) {
  int quoted = 0;
  for (size_t i = 0; i < length; i++)
    quoted |= text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
  if (!quoted) {
    memcpy(out, text, length);
    return out + length;
  }
  *out++ = '"';
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '"') *out++ = '"';
    *out++ = text[i];
  }
  *out++ = '"';
  return out;
}

static inline uint8_t *write_count(uint8_t *out, int32_t number) {
  int digits = 1;
  for (int32_t rest = number; rest >= 10; rest /= 10) digits++;
  return out + write_digits(out, (uint64_t)number, digits);
}

static inline uint8_t *write_limit(uint8_t *out, float probability) {
  *out++ = ',';
  return out + ck_write_probability(out, probability);
}

size_t ck_write_ranked_rows(const struct ck_ranked_rows *rows, size_t first, size_t count,
                            uint8_t *out, size_t capacity, int64_t *ends) {
  uint8_t *place = out;
  for (size_t row = first; row < first + count; row++) {
    size_t id_start = row ? (size_t)rows->id_ends[row - 1] : 0;
    size_t id_length = (size_t)rows->id_ends[row] - id_start;
    size_t need = 2 * id_length + 2 + 512;
    for (size_t p = 0; p < rows->top; p++) {
      size_t cause = (size_t)rows->cause[row * rows->top + p];
      need += rows->causes.ends[cause] - (cause ? rows->causes.ends[cause - 1] : 0) + 64;
    }
    size_t setting = rows->setting[row];
    need += rows->settings.ends[setting];
    if ((size_t)(place - out) + need > capacity) return row - first;
    place = write_cell(place, rows->id_bytes + id_start, id_length);
    *place++ = ',';
    place = write_text(place, &rows->settings, setting);
    *place++ = ',';
    place = write_text(place, &rows->urgencies, rows->urgency[row]);
    *place++ = ',';
    place = write_count(place, rows->known[row]);
    for (size_t p = row * rows->top; p < (row + 1) * rows->top; p++) {
      *place++ = ',';
      place = write_text(place, &rows->causes, (size_t)rows->cause[p]);
      *place++ = ',';
      place += ck_write_probability(place, rows->probability[p]);
      if (rows->lower) {
        place = write_limit(place, rows->lower[p]);
        place = write_limit(place, rows->upper[p]);
      }
    }
    *place++ = '\n';
    ends[row] = (int64_t)(place - out);
  }
  return count;
}
