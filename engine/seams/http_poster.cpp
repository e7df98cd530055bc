#include "engine/seams/http_poster.h"

#include <httplib.h>
#include <pthread.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <ctime>
#include <string_view>

namespace trainwreck {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view kScheme = "http://";
// The library counts milliseconds in an int: 24 days are as good as for ever.
constexpr std::chrono::nanoseconds kForEver = std::chrono::hours(24 * 24);

struct Address {
  std::string host;
  int port = 80;
  std::string target;
};

std::string_view authority_of(std::string_view url) {
  url.remove_prefix(kScheme.size());
  return url.substr(0, url.find_first_of("/?#"));
}

bool read_port(std::string_view text, int& port) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  return error == std::errc() && stop == end && port >= 1 && port <= 65535;
}

// False when there is no host or no port where one is announced.
bool split(std::string_view url, Address& address) {
  const std::string_view authority = authority_of(url);
  address.target = url.substr(kScheme.size() + authority.size());
  if (address.target.empty() || address.target.front() != '/') address.target.insert(0, "/");
  const bool bracketed = !authority.empty() && authority.front() == '[';
  const std::size_t host_end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && host_end == std::string_view::npos) return false;
  address.host = authority.substr(bracketed ? 1 : 0, host_end - (bracketed ? 1 : 0));
  std::string_view rest =
      authority.substr(std::min(authority.size(), bracketed ? host_end + 1 : host_end));
  if (address.host.empty()) return false;
  if (rest.empty()) return true;
  return rest.front() == ':' && read_port(rest.substr(1), address.port);
}

// A peer that hangs up while we write must not end the process, whatever the program around us does
// with the signal.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigset_t pipe = only_pipe();
    pthread_sigmask(SIG_BLOCK, &pipe, &before_);
  }
  ~NoBrokenPipe() {
    const sigset_t pipe = only_pipe();
    const timespec at_once{};
    if (!was_pending_) sigtimedwait(&pipe, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

 private:
  static sigset_t only_pipe() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
  }
  sigset_t before_{};
  bool was_pending_ = false;
};

std::string trouble_of(httplib::Error error, bool late) {
  if (late || error == httplib::Error::ConnectionTimeout) return "timed out";
  switch (error) {
    case httplib::Error::Connection:
      return "cannot connect";
    case httplib::Error::Read:
    case httplib::Error::Write:
      return "the connection broke";
    default:
      return "failed (" + httplib::to_string(error) + ")";
  }
}

class RealHttpPoster final : public HttpPoster {
 public:
  HttpAnswer post(const HttpPost& post) override {
    Address address;
    if (!complaint_about_address(post.url, "").empty() || !split(post.url, address)) {
      return {.status = 0, .trouble = complaint_about_address(post.url, "")};
    }
    const std::chrono::nanoseconds limit = std::min(post.timeout.value_or(kForEver), kForEver);
    const SteadyClock::time_point deadline = SteadyClock::now() + limit;
    const NoBrokenPipe no_broken_pipe;
    httplib::Client client(address.host, address.port);
    client.set_connection_timeout(limit);
    client.set_read_timeout(limit);
    client.set_write_timeout(limit);
    const httplib::Result result = client.send(request_of(post, address, deadline));
    if (result) return {.status = result->status, .trouble = {}};
    return {.status = 0, .trouble = trouble_of(result.error(), SteadyClock::now() >= deadline)};
  }

 private:
  static httplib::Request request_of(const HttpPost& post, const Address& address,
                                     SteadyClock::time_point deadline) {
    httplib::Request request;
    request.method = "POST";
    request.path = address.target;
    for (const auto& [name, value] : post.headers) request.headers.emplace(name, value);
    if (!request.has_header("Content-Type")) request.set_header("Content-Type", post.content_type);
    request.body = post.body;
    // The answer's body is of no interest, and may be long and slow.
    request.content_receiver = [deadline](const char*, std::size_t, std::uint64_t, std::uint64_t) {
      return SteadyClock::now() < deadline;
    };
    return request;
  }
};

}  // namespace

std::shared_ptr<HttpPoster> real_http_poster() { return std::make_shared<RealHttpPoster>(); }

std::string complaint_about_address(const std::string& root, const std::string& path) {
  const std::string url = root + path;
  if (root.substr(0, 8) == "https://") {
    return "https is not supported; post to an http address, for example of a forwarder on this "
           "machine";
  }
  if (root.substr(0, kScheme.size()) != kScheme) return "must begin with http://";
  const bool printable = std::all_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F;
  });
  if (!printable) return "must have no spaces and no control characters";
  if (authority_of(url) != authority_of(root)) return "must not be led to another host by the path";
  if (authority_of(url).find('@') != std::string_view::npos) return "must have no user name";
  Address address;
  if (!split(url, address)) return "must name a host, and a port from 1 to 65535 if any";
  return {};
}

}  // namespace trainwreck
