#define CK_LEVEL 3
#define CK_NAME(name) ck_##name##_3
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
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
