# Proves that check_layers.cmake sees what it is there for. Run as:
#
#   cmake -DCHECK=<check_layers.cmake> -DSCRATCH=<folder to use> -P check_layers_test.cmake
cmake_minimum_required(VERSION 3.25)

# Checks a tree of one file with one include line. Sets `complaint` to what the check said, if it failed.
function(complaint_about file include out)
  file(REMOVE_RECURSE "${SCRATCH}")
  file(WRITE "${SCRATCH}/${file}" "#include <vector>\n  #  include ${include}\nint x;\n")
  execute_process(COMMAND "${CMAKE_COMMAND}" "-DROOT=${SCRATCH}" -P "${CHECK}"
                  RESULT_VARIABLE status ERROR_VARIABLE said OUTPUT_QUIET)
  file(REMOVE_RECURSE "${SCRATCH}")
  if(status EQUAL 0)
    set(said "")
  endif()
  set(${out} "${said}" PARENT_SCOPE)
endfunction()

function(expect_forbidden file include)
  complaint_about("${file}" "\"${include}\"" said)
  if(NOT said MATCHES "${file} may not include ${include}")
    message(SEND_ERROR "${file} including ${include} went unseen: '${said}'")
  endif()
endfunction()

function(expect_allowed file include)
  complaint_about("${file}" "${include}" said)
  if(said)
    message(SEND_ERROR "${file} including ${include} was refused: ${said}")
  endif()
endfunction()

# Up.
expect_forbidden(common/net/a.h servers/loop.h)
expect_forbidden(common/a.cc client/load_plan.h)
expect_forbidden(servers/server.cc cmd/cli/command_line.h)
expect_forbidden(client/engine/worker.cc cmd/verbs.h)
# Sideways.
expect_forbidden(servers/server.cc client/load_plan.h)
expect_forbidden(client/load_run.cc servers/registry.h)
expect_forbidden(servers/backends/libuv/a.cc servers/backends/epoll/epoll_loop.h)
expect_forbidden(servers/protocols/echo/a.cc servers/protocols/http/http_session.h)
expect_forbidden(servers/backends/asio_coro/a.cc servers/backends/asio/a.h)
expect_forbidden(servers/backends/asio_common/a.cc servers/backends/asio/a.h)
expect_forbidden(servers/backends/epoll/a.cc servers/backends/asio_common/a.h)
# Between a backend and a protocol.
expect_forbidden(servers/backends/epoll/a.cc servers/protocols/echo/echo_session.h)
expect_forbidden(servers/protocols/echo/a.h servers/backends/epoll/epoll_loop.h)
# Not from the root, and in the other kind of quotes.
expect_forbidden(servers/backends/epoll/a.cc ../../protocols/echo/echo_session.h)
expect_forbidden(common/net/a.cc unique_fd.h)
complaint_about(common/a.h "<servers/loop.h>" said)
if(NOT said MATCHES "may not include servers/loop.h")
  message(SEND_ERROR "an include in angle brackets went unseen")
endif()

expect_allowed(common/net/a.cc "\"common/net/a.h\"")
expect_allowed(common/net/a.cc "<sys/socket.h>")
expect_allowed(servers/backends/epoll/a.cc "\"servers/loop.h\"")
expect_allowed(servers/backends/epoll/a.cc "\"servers/backends/epoll/a.h\"")
expect_allowed(servers/backends/asio/a.cc "\"servers/backends/asio_common/a.h\"")
expect_allowed(servers/backends/asio_coro/a.cc "\"servers/backends/asio_common/a.h\"")
expect_allowed(servers/backends/asio_common/a.cc "\"servers/backends/asio_common/a.h\"")
expect_allowed(servers/server.cc "\"servers/protocols/echo/echo_session.h\"")
expect_allowed(client/load_run.cc "\"common/stats/summary.h\"")
expect_allowed(cmd/load.cc "\"client/load_run.h\"")
