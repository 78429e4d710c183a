#define CK_LEVEL 0
#define CK_NAME(name) ck_##name##_0
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
