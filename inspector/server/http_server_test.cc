#include "inspector/server/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/log/sample_run_testing.h"
#include "inspector/server/bundle.h"
#include "inspector/server/http_client_testing.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// A server on a log, in a thread of its own.
class RunningServer {
 public:
  explicit RunningServer(const std::string& path, const HttpServer::Options& options = {})
      : inspection_(*Inspection::Open(path)), server_(*HttpServer::Listen(*inspection_, options)) {
    thread_ = std::thread([this] { server_->Run(/*stop_on_signals=*/false); });
  }
  ~RunningServer() {
    server_->Stop();
    thread_.join();
  }
  uint16_t port() const { return server_->port(); }

 private:
  std::unique_ptr<Inspection> inspection_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

class HttpServerTest : public ::testing::Test {
 protected:
  HttpServerTest() { WriteSampleLog(path_, run_); }

  TestFolder folder_;
  const std::string path_ = folder_.File("run.tranche");
  const SampleRun run_;
};

TEST_F(HttpServerTest, AnswersFromTheLogWithSafeHeaders) {
  RunningServer server(path_);
  HttpClient client(server.port());
  for (int request = 0; request < 2; ++request) {  // over one connection
    const HttpAnswer answer = client.Get("/api/run");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.Json().fields().at("state").string_value(), "completed");
    EXPECT_EQ(answer.Header("Content-Type"), "application/json");
    EXPECT_EQ(answer.Header("X-Content-Type-Options"), "nosniff");
    EXPECT_THAT(answer.Header("Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(answer.Header("Access-Control-Allow-Origin"), IsEmpty());
  }
}

TEST_F(HttpServerTest, ServesThePageForItsViewsAndNothingElse) {
  if (Bundle().empty()) GTEST_SKIP() << "built without the page";
  RunningServer server(path_);
  for (const char* view : {"/", "/deals", "/thread/openai%2Fround-1"}) {
    const HttpAnswer page = HttpClient(server.port()).Get(view);
    EXPECT_EQ(page.status, 200) << view;
    EXPECT_THAT(page.body, HasSubstr("<!doctype html>")) << view;
  }
  for (const char* other :
       {"/report.html", "/run.tranche", "/../run.tranche", "/assets/../../run.tranche",
        "/..%2f..%2fetc/passwd.txt", "/assets/%2e%2e/x.js", "//etc/passwd.txt", "/.git.config",
        "/api/../run.tranche", "/api/", "/api/nothing"}) {
    EXPECT_EQ(HttpClient(server.port()).Get(other).status, 404) << other;
  }
}

TEST_F(HttpServerTest, FilesOfTheBundleAreServedAsTheyWereBuilt) {
  if (Bundle().empty()) GTEST_SKIP() << "built without the page";
  RunningServer server(path_);
  for (const BundleFile& file : Bundle()) {
    if (file.path == "report.html") continue;
    HttpClient client(server.port());
    const HttpAnswer plain = client.Get(absl::StrCat("/", file.path));
    EXPECT_EQ(plain.body, Uncompressed(file)) << file.path;
    EXPECT_EQ(plain.Header("Content-Type"), MediaType(file.path));
    const HttpAnswer gzip =
        client.Get(absl::StrCat("/", file.path), "Accept-Encoding: br, gzip;q=0.8\r\n");
    EXPECT_EQ(gzip.Header("Content-Encoding"), "gzip");
    EXPECT_EQ(gzip.body, file.gzip) << file.path;
  }
}

TEST_F(HttpServerTest, OtherPagesAndOtherNamesAreForbidden) {
  RunningServer server(path_);
  HttpClient client(server.port());
  EXPECT_EQ(client.Get("/api/run", "Origin: https://evil.example\r\n").status, 403);
  EXPECT_EQ(client.Get("/", "Origin: null\r\n").status, 403);
  EXPECT_EQ(client.Get("/api/run", absl::StrCat("Origin: http://127.0.0.1:", server.port(), "\r\n"))
                .status,
            200);
  // A name of the attacker's that resolves to this machine.
  EXPECT_EQ(client.SendRaw("GET /api/run HTTP/1.1\r\nHost: evil.example\r\n\r\n").status, 403);
  EXPECT_EQ(client
                .SendRaw(absl::StrCat("GET /api/run HTTP/1.1\r\nHost: 127.0.0.1:", server.port(),
                                      "\r\nHost: evil.example\r\n\r\n"))
                .status,
            400);
  EXPECT_EQ(client.SendRaw("GET /api/run HTTP/1.0\r\n\r\n").status, 403) << "no Host at all";
}

TEST_F(HttpServerTest, OnlyReads) {
  RunningServer server(path_);
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
    const HttpAnswer answer = HttpClient(server.port()).Get("/api/run", "", method);
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.Header("Allow"), "GET, HEAD");
  }
  HttpClient client(server.port());
  const HttpAnswer head = client.Get("/api/run", "", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_THAT(head.body, IsEmpty());
  EXPECT_EQ(head.Header("Content-Length"), absl::StrCat(client.Get("/api/run").body.size()));
}

TEST_F(HttpServerTest, RequestsHaveLimits) {
  RunningServer server(path_);
  EXPECT_EQ(HttpClient(server.port()).Get("/api/run?x=" + std::string(40'000, 'a')).status, 431);
  EXPECT_EQ(HttpClient(server.port()).Get("/api/run", "Content-Length: 5\r\n").status, 413);
  EXPECT_EQ(HttpClient(server.port()).SendRaw("\x16\x03\x01 this is TLS\r\n\r\n").status, 400);
  EXPECT_EQ(HttpClient(server.port()).Get("/api/run").status, 200) << "others are served";
}

TEST_F(HttpServerTest, ASlowRequestIsDropped) {
  HttpServer::Options options;
  options.patience = absl::Milliseconds(50);
  RunningServer server(path_, options);
  HttpClient client(server.port());
  EXPECT_EQ(client.SendRaw("GET /api/run HTT").status, 0) << "closed without an answer";
}

TEST_F(HttpServerTest, ACrowdIsTurnedAway) {
  HttpServer::Options options;
  options.max_connections = 2;
  RunningServer server(path_, options);
  {
    HttpClient one(server.port());
    HttpClient two(server.port());
    ASSERT_EQ(one.Get("/api/run").status, 200);
    ASSERT_EQ(two.Get("/api/run").status, 200);
    EXPECT_EQ(HttpClient(server.port()).Get("/api/run").status, 503);
  }
  // Both have left; the server is about to notice.
  int status = 503;
  for (int i = 0; i < 10'000 && status != 200; ++i) {
    status = HttpClient(server.port()).Get("/api/run").status;
  }
  EXPECT_EQ(status, 200);
}

TEST_F(HttpServerTest, ErrorsSayWhatIsWrong) {
  RunningServer server(path_);
  HttpClient client(server.port());
  const HttpAnswer misspelt = client.Get("/api/records?sendr=openai");
  EXPECT_EQ(misspelt.status, 400);
  EXPECT_THAT(misspelt.body, HasSubstr("there is no parameter \\\"sendr\\\""));
  EXPECT_EQ(client.Get("/api/records?limit=0").status, 400);
  EXPECT_EQ(client.Get("/api/records?kind=termsheet").status, 400);
  EXPECT_EQ(client.Get("/api/records?quarter=2026Q5").status, 400);
  EXPECT_EQ(client.Get("/api/records?sender=%zz").status, 400);
  EXPECT_EQ(client.Get("/api/record?position=99999").status, 404);
  EXPECT_EQ(client.Get("/api/deal?id=nothing").status, 404);
  EXPECT_EQ(client.Get("/api/diff").status, 404) << "nothing to compare with";
}

TEST_F(HttpServerTest, WhatDoesNotChangeIsNotSentTwice) {
  RunningServer server(path_);
  HttpClient client(server.port());
  const HttpAnswer first = client.Get("/api/quarters");
  ASSERT_THAT(first.Header("ETag"), Not(IsEmpty()));
  const HttpAnswer again =
      client.Get("/api/quarters", absl::StrCat("If-None-Match: ", first.Header("ETag"), "\r\n"));
  EXPECT_EQ(again.status, 304);
  EXPECT_THAT(again.body, IsEmpty());
}

TEST_F(HttpServerTest, TellsWhatALiveRunAdds) {
  const std::string path = folder_.File("live.tranche");
  absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path);
  ASSERT_TRUE(log.ok()) << log.status();
  HttpServer::Options options;
  options.watch_interval = absl::Milliseconds(1);
  RunningServer server(path, options);
  HttpClient events(server.port());
  events.StartEvents();
  EXPECT_EQ(events.NextEvent(),
            "event: run\ndata: {\"state\":\"live\",\"last_position\":0,\"quarters_closed\":0,"
            "\"last_closed\":null}\n\n");
  HttpClient client(server.port());
  EXPECT_THAT(client.Get("/api/run").body,
              AllOf(HasSubstr("\"state\":\"live\""), HasSubstr("\"scenario\":null")));
  for (int quarter = 0; quarter < run_.quarters(); ++quarter) {
    ASSERT_EQ((*log)->Append(run_.quarter(quarter)), absl::OkStatus());
    const std::string closed = events.NextEvent();
    EXPECT_THAT(closed, AllOf(StartsWith("event: quarter\nid: "),
                              HasSubstr(absl::StrCat("\"quarter\":\"2026Q", quarter + 1, "\""))));
    EXPECT_THAT(events.NextEvent(), HasSubstr(absl::StrCat("\"quarters_closed\":", quarter + 1)));
    const HttpAnswer quarters = client.Get("/api/quarters");
    EXPECT_EQ(quarters.Json().fields().at("quarters").list_value().values_size(), quarter + 1);
  }
  EXPECT_THAT(events.NextEvent(), IsEmpty()) << "the run has ended, and so do its events";
  ASSERT_EQ((*log)->Finish(), absl::OkStatus());
  EXPECT_FALSE(std::filesystem::exists(path + "-wal"))
      << "nobody kept the run from folding its log";

  HttpClient late(server.port());
  late.StartEvents("Last-Event-ID: 0\r\n");
  for (int quarter = 0; quarter < run_.quarters(); ++quarter) {
    EXPECT_THAT(late.NextEvent(), StartsWith("event: quarter"));
  }
  EXPECT_THAT(late.NextEvent(), HasSubstr("\"state\":\"completed\""));
}

TEST_F(HttpServerTest, AnInterruptedRunIsSaidToBe) {
  const std::string path = folder_.File("live.tranche");
  {
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path);
    ASSERT_TRUE(log.ok()) << log.status();
    ASSERT_EQ((*log)->Append(run_.quarter(0)), absl::OkStatus());
  }
  RunningServer server(path);
  EXPECT_THAT(HttpClient(server.port()).Get("/api/run").body,
              HasSubstr("\"state\":\"interrupted\""));
}

TEST_F(HttpServerTest, StopsWhileClientsListen) {
  const std::string path = folder_.File("live.tranche");
  absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path);
  ASSERT_TRUE(log.ok()) << log.status();
  auto server = std::make_unique<RunningServer>(path);
  HttpClient events(server->port());
  events.StartEvents();
  HttpClient idle(server->port());
  server.reset();
  while (!events.NextEvent().empty()) continue;
  EXPECT_EQ(idle.Get("/api/run").status, 0);
}

TEST_F(HttpServerTest, APortThatIsTakenIsSaid) {
  RunningServer server(path_);
  std::unique_ptr<Inspection> inspection = *Inspection::Open(path_);
  HttpServer::Options options;
  options.port = server.port();
  const auto second = HttpServer::Listen(*inspection, options);
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.status().message(), HasSubstr("Address already in use"));
}

}  // namespace
}  // namespace tranche
