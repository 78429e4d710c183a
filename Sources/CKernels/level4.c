#define CK_LEVEL 4
#define CK_NAME(name) ck_##name##_4
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#include "body.h"
#include "joints.h"
#include "posteriors.h"
#include "drawn.h"
#include "triage.h"
#include "csv.h"
#include "json.h"
#include "lanes.h"
#include "logs.h"
#include "numbers.h"
#pragma clang attribute pop
#endif
