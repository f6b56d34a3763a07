#include "cmd/results/environment_json.h"

namespace suite::results {

Json environment_json(const Environment& environment) {
  Json json = {{"system", environment.system},
               {"release", environment.release},
               {"machine", environment.machine},
               {"usable_cpus", environment.usable_cpus},
               {"cpu", environment.cpu},
               {"memory_bytes", environment.memory_bytes},
               {"distribution", environment.distribution},
               {"compiler", environment.compiler},
               {"libraries", environment.libraries},
               {"commit", environment.commit}};
  if (!environment.date.empty()) json["date"] = environment.date;  // earlier versions did not write it
  return json;
}

Environment environment_from(const Fields& fields) {
  return {.system = fields.text("system"),
          .release = fields.text("release"),
          .machine = fields.text("machine"),
          .usable_cpus = fields.count("usable_cpus"),
          .cpu = fields.text("cpu"),
          .memory_bytes = fields.count("memory_bytes"),
          .distribution = fields.text("distribution"),
          .date = fields.has("date") ? fields.text("date") : "",
          .compiler = fields.text("compiler"),
          .libraries = fields.text("libraries"),
          .commit = fields.text("commit")};
}

}  // namespace suite::results
