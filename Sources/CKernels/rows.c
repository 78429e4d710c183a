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

/// Writes the eight digits of a number below 10^8 and returns how many are left without the
/// zeros at its end.
static inline size_t write_fraction(uint8_t *out, uint32_t number) {
  uint64_t digits = eight_digits(number), text = digits | 0x3030303030303030ull;
  memcpy(out, &text, 8);
  return digits ? 8 - (size_t)__builtin_clzll(digits) / 8 : 0;
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

static size_t write_scientific(uint8_t *out, double value) {
  int exponent = 0;
  // Numbers of a float below 10^-17 are rare; each step may round in the last bit.
  while (value < 1e-17) value *= 10, exponent++;
  // Where value = m 2^-b, 1 <= m < 2: the first digit stands at b log10 2, rounded up or down.
  uint64_t bits;
  memcpy(&bits, &value, 8);
  int low = (int)((1023 - (bits >> 52)) * 1233 >> 12);
  low += value * tens[low] < 1;
  uint64_t digits = rounded(value * tens[low + 5]);
  if (digits >= 1000000) digits /= 10, low--;
  exponent += low;
  // The first digit stands before the point, the other five in front of three zeros.
  uint32_t first = (uint32_t)(digits / 100000);
  out[0] = (uint8_t)('0' + first);
  out[1] = '.';
  size_t kept = write_fraction(out + 2, ((uint32_t)digits - first * 100000) * 1000);
  uint8_t *place = out + (kept ? 2 + kept : 1);
  *place++ = 'e';
  *place++ = '-';
  place += write_digits(place, (uint64_t)exponent, exponent < 100 ? 2 : 3);
  return (size_t)(place - out);
}

size_t ck_write_probability(uint8_t *out, float probability) {
  double value = (double)probability;
  if (!(value > 0)) {
    out[0] = '0';
    return 1;
  }
  // What six digits round up to 0.0001 is written so.
  if (value < 0.9999995e-4) return write_scientific(out, value);
  // Significant digits start behind the leading zeros.
  int decimals = 6 + (value < 0.1) + (value < 0.01) + (value < 0.001);
  uint64_t all = rounded(value * tens[decimals]), scale = (uint64_t)tens[decimals];
  uint64_t whole = all < scale ? 0 : all < 2 * scale ? 1 : all / scale;
  out[0] = (uint8_t)('0' + (whole < 9 ? whole : 9));
  uint64_t fraction = all - whole * scale;
  if (fraction == 0) return 1;
  // Nine digits: one, and eight.
  uint32_t nine = (uint32_t)(fraction * (uint64_t)tens[9 - decimals]);
  uint32_t first = nine / 100000000;
  out[1] = '.';
  out[2] = (uint8_t)('0' + first);
  size_t kept = write_fraction(out + 3, nine - first * 100000000);
  return 3 + kept;
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
