# Writes what the program says of itself: manual pages and completions, from its tables of flags. Run as:
#
#   cmake -DSUITE=<the program> -DFOLDER=<where to write> -P manual.cmake
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${FOLDER}")
execute_process(COMMAND "${SUITE}" --manual OUTPUT_VARIABLE names OUTPUT_STRIP_TRAILING_WHITESPACE
                COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" names "${names}")
foreach(name IN LISTS names)
  get_filename_component(folder "${FOLDER}/${name}" DIRECTORY)
  file(MAKE_DIRECTORY "${folder}")
  execute_process(COMMAND "${SUITE}" --manual "${name}" OUTPUT_FILE "${FOLDER}/${name}" COMMAND_ERROR_IS_FATAL ANY)
endforeach()
