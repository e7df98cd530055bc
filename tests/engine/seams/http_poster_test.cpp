// Method: posts to a real server on the loopback device, on a port that the system picks.
#include "engine/seams/http_poster.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "tests/engine/seams/loopback_server.h"

namespace trainwreck {
namespace {

using namespace std::chrono_literals;

HttpPost post_to(const std::string& url) {
  return {.url = url,
          .content_type = "text/plain",
          .body = "hello",
          .headers = {{"X-Run", "seven"}},
          .timeout = 120s};
}

TEST(HttpPoster, DeliversBodyHeadersAndPath) {
  LoopbackServer server;
  const HttpAnswer answer = real_http_poster()->post(post_to(server.root() + "/a/b?c=d"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.trouble, "");
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].path, "/a/b");
  EXPECT_EQ(requests[0].body, "hello");
  EXPECT_EQ(requests[0].content_type, "text/plain");
  EXPECT_EQ(requests[0].run_header, "seven");
}

TEST(HttpPoster, GivesTheStatusWhateverItIs) {
  LoopbackServer server;
  for (const int status : {204, 404, 500}) {
    server.answer_with(status);
    EXPECT_EQ(real_http_poster()->post(post_to(server.root() + "/")).status, status);
  }
}

TEST(HttpPoster, FollowsNoRedirect) {
  LoopbackServer server;
  server.answer_with(302);
  EXPECT_EQ(real_http_poster()->post(post_to(server.root() + "/")).status, 302);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpPoster, ARefusedConnectionIsNoAnswer) {
  const HttpAnswer answer = real_http_poster()->post(post_to(refusing_root() + "/"));
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.trouble, "cannot connect");
}

TEST(HttpPoster, ASlowAnswerTimesOut) {
  LoopbackServer server;
  server.wait_before_answer(10s);
  HttpPost post = post_to(server.root() + "/");
  post.timeout = 30ms;
  const HttpAnswer answer = real_http_poster()->post(post);
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.trouble, "timed out");
}

TEST(HttpPoster, WithoutATimeoutItWaits) {
  LoopbackServer server;
  server.wait_before_answer(50ms);
  HttpPost post = post_to(server.root() + "/");
  post.timeout.reset();
  EXPECT_EQ(real_http_poster()->post(post).status, 200);
}

TEST(HttpPoster, AnEndlessAnswerIsCutAtTheDeadline) {
  LoopbackServer server;
  server.answer_endlessly();
  HttpPost post = post_to(server.root() + "/");
  post.timeout = 50ms;
  const HttpAnswer answer = real_http_poster()->post(post);
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.trouble, "timed out");
}

// With its signal at the default, a write to a peer that is gone already would end this process.
TEST(HttpPoster, APeerThatHangsUpIsNoAnswer) {
  const auto handler_before = std::signal(SIGPIPE, SIG_DFL);
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  sockaddr* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listener, generic, size), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  ASSERT_EQ(::getsockname(listener, generic, &size), 0);
  std::thread peer([listener] {
    const int connection = ::accept(listener, nullptr, nullptr);
    char first = 0;
    EXPECT_EQ(::read(connection, &first, 1), 1);
    ::close(connection);  // with bytes unread, so the other side is told at once
  });
  HttpPost post = post_to("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/");
  post.body.assign(8 << 20, 'x');
  const HttpAnswer answer = real_http_poster()->post(post);
  peer.join();
  ::close(listener);
  std::signal(SIGPIPE, handler_before);
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.trouble, "the connection broke");
}

TEST(HttpPoster, AnAddressIsAnHttpHostAndPerhapsAPort) {
  for (const char* root : {"http://localhost", "http://localhost:9000", "http://[::1]:9000",
                           "http://10.0.0.1/prefix", "http://a.example:1/"}) {
    EXPECT_EQ(complaint_about_address(root, "/path"), "") << root;
  }
  EXPECT_EQ(complaint_about_address("https://a.example", "/"),
            "https is not supported; post to an http address, for example of a forwarder on this "
            "machine");
  EXPECT_EQ(complaint_about_address("ftp://a.example", "/"), "must begin with http://");
  EXPECT_EQ(complaint_about_address("a.example:80", "/"), "must begin with http://");
  EXPECT_EQ(complaint_about_address("http://good.example", "@evil.example/"),
            "must not be led to another host by the path");
  EXPECT_EQ(complaint_about_address("http://good.example", ".evil.example/"),
            "must not be led to another host by the path");
  EXPECT_EQ(complaint_about_address("http://me:secret@a.example", "/"), "must have no user name");
  EXPECT_EQ(complaint_about_address("http://a.example", "/x y"),
            "must have no spaces and no control characters");
  EXPECT_EQ(complaint_about_address("http://a.example", "/x\r\nHost: b"),
            "must have no spaces and no control characters");
  const std::string unnamed = "must name a host, and a port from 1 to 65535 if any";
  for (const char* root : {"http://", "http://:80", "http://a:0", "http://a:65536",
                           "http://a:", "http://a:8o", "http://[::1", "http://[::1]9"}) {
    EXPECT_EQ(complaint_about_address(root, ""), unnamed) << root;
  }
}

TEST(HttpPoster, WhatIsNoAddressIsNotTried) {
  const HttpAnswer answer = real_http_poster()->post(post_to("https://localhost/"));
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.trouble.substr(0, 22), "https is not supported");
}

}  // namespace
}  // namespace trainwreck
