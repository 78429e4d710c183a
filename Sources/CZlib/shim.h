#include <zlib.h>

// A macro with two arguments, which Swift does not see. 16 more than the greatest window asks for
// the header and the checksum of gzip.
static inline int ck_inflate_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
