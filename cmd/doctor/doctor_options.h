// The flags of `suite doctor`.
#pragma once

#include "cmd/cli/option.h"

namespace suite::doctor {

struct DoctorFlags {
  bool json = false;
};

OptionTable doctor_table(DoctorFlags& flags);

}  // namespace suite::doctor
