# Proves that check_layers.cmake sees what it is there for. Run as:
#
#   cmake -DCHECK=<check_layers.cmake> -DSCRATCH=<folder to use> -P check_layers_test.cmake
cmake_minimum_required(VERSION 3.25)

# Checks a tree of one file with this content. Sets `out` to what the check said, if it failed.
function(complaint_about_text file text out)
  file(REMOVE_RECURSE "${SCRATCH}")
  file(WRITE "${SCRATCH}/${file}" "${text}")
  execute_process(COMMAND "${CMAKE_COMMAND}" "-DROOT=${SCRATCH}" -P "${CHECK}"
                  RESULT_VARIABLE status ERROR_VARIABLE said OUTPUT_QUIET)
  file(REMOVE_RECURSE "${SCRATCH}")
  if(status EQUAL 0)
    set(said "")
  endif()
  set(${out} "${said}" PARENT_SCOPE)
endfunction()

# The same of one include line.
function(complaint_about file include out)
  complaint_about_text("${file}" "#include <vector>\n  #  include ${include}\nint x;\n" said)
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
expect_forbidden(servers/run/server.cc cmd/cli/option.h)
expect_forbidden(client/engine/worker.cc cmd/verbs.h)
# Sideways.
expect_forbidden(servers/run/server.cc client/load_plan.h)
expect_forbidden(client/load_run.cc servers/registry.h)
expect_forbidden(servers/backends/libuv/a.cc servers/backends/epoll/epoll_loop.h)
expect_forbidden(servers/protocols/echo/a.cc servers/protocols/http/answer.h)
expect_forbidden(servers/protocols/http/a.cc servers/protocols/http1/http1_session.h)
expect_forbidden(servers/protocols/http1/a.cc servers/protocols/http2/http2_session.h)
expect_forbidden(servers/backends/asio_coro/a.cc servers/backends/asio/a.h)
expect_forbidden(servers/backends/asio_common/a.cc servers/backends/asio/a.h)
expect_forbidden(servers/backends/epoll/a.cc servers/backends/asio_common/a.h)
# What is measured by it.
expect_forbidden(common/limits/a.cc common/io/flush.h)
expect_forbidden(cmd/limits/a.cc servers/registry.h)
# Between a backend and a protocol.
expect_forbidden(servers/backends/epoll/a.cc servers/protocols/echo/echo_session.h)
expect_forbidden(servers/protocols/echo/a.h servers/backends/epoll/epoll_loop.h)
# Around a loop, and what loops share.
expect_forbidden(servers/backends/epoll/a.cc servers/run/server.h)
expect_forbidden(servers/loops/conversation.cc servers/run/server.h)
expect_forbidden(servers/loops/conversation.cc servers/backends/epoll/a.h)
expect_forbidden(servers/protocols/echo/a.cc servers/run/server.h)
expect_forbidden(servers/protocols/echo/a.cc servers/loops/conversation.h)
# What reads documents, and what measures.
expect_forbidden(cmd/report/content.cc cmd/bench/ranking.h)
expect_forbidden(cmd/report/content.cc client/load_result.h)
# Not from the root, and in the other kind of quotes.
expect_forbidden(servers/backends/epoll/a.cc ../../protocols/echo/echo_session.h)
expect_forbidden(common/net/a.cc unique_fd.h)
complaint_about(common/a.h "<servers/loop.h>" said)
if(NOT said MATCHES "may not include servers/loop.h")
  message(SEND_ERROR "an include in angle brackets went unseen")
endif()

# Writing past cmd/cli/output.
foreach(code "  fmt::print(to, text)" "std::fprintf(out, text)" "std::cerr << text" "  perror(text)"
             "::write(STDERR_FILENO, text, size)" "std::fputs(text, stdout)" "f(a, stderr)"
             "#include <iostream>" "std::printf(text)" "  puts(text)")
  complaint_about_text(servers/a.cc "int x\n${code}\n" said)
  if(NOT said MATCHES "servers/a.cc may not write by itself")
    message(SEND_ERROR "'${code}' went unseen: '${said}'")
  endif()
endforeach()
foreach(code "  print_stderr(text)" "::write(fd, text, size)" "int x  // as fmt::print( does" "snprintf(a, b)"
             "fmt::format_to(out, text)" "write_stderr(text)" "out.writer(1)" "f(rewrite(fd))")
  complaint_about_text(servers/a.cc "int x\n${code}\n" said)
  if(said)
    message(SEND_ERROR "'${code}' was refused: ${said}")
  endif()
endforeach()
complaint_about_text(cmd/cli/output.cc "  fmt::print(to, text)\n" said)
if(said)
  message(SEND_ERROR "cmd/cli/output.cc may not write: ${said}")
endif()

expect_allowed(common/net/a.cc "\"common/net/a.h\"")
expect_allowed(common/net/a.cc "<sys/socket.h>")
expect_allowed(servers/backends/epoll/a.cc "\"servers/loop.h\"")
expect_allowed(servers/backends/epoll/a.cc "\"servers/loops/conversation.h\"")
expect_allowed(servers/loops/conversation.h "\"servers/session.h\"")
expect_allowed(servers/backends/epoll/a.cc "\"servers/backends/epoll/a.h\"")
expect_allowed(servers/backends/asio/a.cc "\"servers/backends/asio_common/a.h\"")
expect_allowed(servers/backends/asio_coro/a.cc "\"servers/backends/asio_common/a.h\"")
expect_allowed(servers/backends/asio_common/a.cc "\"servers/backends/asio_common/a.h\"")
expect_allowed(servers/protocols/http1/a.cc "\"servers/protocols/http/answer.h\"")
expect_allowed(servers/run/server.cc "\"servers/protocols/echo/echo_session.h\"")
expect_allowed(client/load_run.cc "\"common/stats/summary.h\"")
expect_allowed(cmd/load/load.cc "\"client/load_run.h\"")
