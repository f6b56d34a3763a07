// The Asio types that both Asio backends use. Sockets are generic, so that TCP and unix sockets share the
// code; their executor is the io_context's own, which spares the type-erased any_io_executor.
#pragma once

#include <chrono>
#include <asio/basic_socket_acceptor.hpp>
#include <asio/basic_stream_socket.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>

namespace suite {

using AsioExecutor = asio::io_context::executor_type;
using AsioProtocol = asio::generic::stream_protocol;
using AsioSocket = asio::basic_stream_socket<AsioProtocol, AsioExecutor>;
using AsioAcceptor = asio::basic_socket_acceptor<AsioProtocol, AsioExecutor>;
using AsioDescriptor = asio::posix::basic_stream_descriptor<AsioExecutor>;
using AsioTimer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                             asio::wait_traits<std::chrono::steady_clock>, AsioExecutor>;

}  // namespace suite
