#include "tests/engine/seams/loopback_server.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace trainwreck {

struct LoopbackServer::State {
  httplib::Server server;
  std::thread thread;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::vector<Seen> seen;
  std::chrono::nanoseconds wait{0};
  int status = 200;
  int first_status = 200;
  int first_count = 0;
  bool endless = false;
  bool over = false;

  void answer(const httplib::Request& request, httplib::Response& response) {
    std::unique_lock lock(mutex);
    seen.push_back({.path = request.path,
                    .body = request.body,
                    .content_type = request.get_header_value("Content-Type"),
                    .run_header = request.get_header_value("X-Run"),
                    .form_data = request.get_param_value("data")});
    response.status = first_count-- > 0 ? first_status : status;
    if (response.status == 302) response.set_header("Location", "/elsewhere");
    changed.wait_for(lock, wait, [this] { return over; });
    if (endless) {
      response.set_chunked_content_provider("text/plain",
                                            [this](std::size_t, httplib::DataSink& sink) {
                                              const std::lock_guard guard(mutex);
                                              return !over && sink.write("more", 4);
                                            });
    }
  }
};

LoopbackServer::LoopbackServer() : state_(std::make_unique<State>()) {
  state_->server.Post(".*", [state = state_.get()](const auto& request, auto& response) {
    state->answer(request, response);
  });
  const int port = state_->server.bind_to_any_port("127.0.0.1");
  root_ = "http://127.0.0.1:" + std::to_string(port);
  state_->thread = std::thread([state = state_.get()] { state->server.listen_after_bind(); });
  // Stopping a server that does not run yet would have no effect.
  while (!state_->server.is_running()) std::this_thread::yield();
}

LoopbackServer::~LoopbackServer() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->over = true;
  }
  state_->changed.notify_all();
  state_->server.stop();
  state_->thread.join();
}

void LoopbackServer::answer_with(int status) {
  const std::lock_guard lock(state_->mutex);
  state_->status = status;
}

void LoopbackServer::answer_first_with(int status, int count) {
  const std::lock_guard lock(state_->mutex);
  state_->first_status = status;
  state_->first_count = count;
}

void LoopbackServer::wait_before_answer(std::chrono::nanoseconds time) {
  const std::lock_guard lock(state_->mutex);
  state_->wait = time;
}

void LoopbackServer::answer_endlessly() {
  const std::lock_guard lock(state_->mutex);
  state_->endless = true;
}

std::vector<LoopbackServer::Seen> LoopbackServer::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->seen;
}

std::string refusing_root() {
  const int held = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  sockaddr* const generic = reinterpret_cast<sockaddr*>(&address);
  ::bind(held, generic, size);
  ::getsockname(held, generic, &size);
  ::close(held);
  return "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

}  // namespace trainwreck
