#include <exception>
#include <utility>

#include "engine/base/errors.h"
#include "engine/loop/error_ledger.h"
#include "faults/injector.h"
#include "faults/shims/shims.h"

namespace trainwreck {
namespace {

class DataShim final : public DataSource {
 public:
  DataShim(std::shared_ptr<DataSource> source, Injector& injector, TraceSink* trace)
      : source_(std::move(source)),
        injector_(injector),
        trace_(trace),
        name_(source_->traits().name) {}

  SourceTraits traits() const override { return source_->traits(); }

  std::optional<std::int64_t> length() const override {
    SourceOperation operation = about(Site::source_length);
    offer(operation, [&] { operation.length = source_->length(); });
    return operation.length;
  }

  void start_pass(const Pass& pass) override {
    SourceOperation operation = about(Site::source_start_pass);
    write("begin");
    offer(operation, [&] { source_->start_pass(pass); });
  }

  bool fetch(std::int64_t index, Batch& out) override {
    FetchOperation operation;
    operation.site = Site::source_fetch;
    operation.detail = name_;
    operation.index = index;
    operation.batch = &out;
    offer(operation, [&] { operation.got = source_->fetch(operation.index, out); });
    if (!operation.got) write("end");
    return operation.got;
  }

  void on_epoch_begin() override {
    SourceOperation operation = about(Site::source_epoch_begin);
    write("epoch_begin");
    offer(operation, [&] { source_->on_epoch_begin(); });
  }

  void on_epoch_end() override {
    SourceOperation operation = about(Site::source_epoch_end);
    write("epoch_end");
    offer(operation, [&] { source_->on_epoch_end(); });
  }

  std::shared_ptr<DataSource> split_off(double fraction) override {
    return offering(source_->split_off(fraction), injector_, trace_);
  }
  void rejoin() override { source_->rejoin(); }

 private:
  SourceOperation about(Site site) const {
    SourceOperation operation;
    operation.site = site;
    operation.detail = name_;
    return operation;
  }

  template <class Op, class Action>
  void offer(Op& operation, Action action) const {
    try {
      const Strike strike = injector_.before(operation);
      if (!operation.answered) action();
      injector_.after(strike, operation);
    } catch (const Death&) {
      throw;
    } catch (...) {
      const ErrorRecord raised = describe(std::current_exception());
      write("raised", raised.type);
      throw;
    }
  }

  void write(std::string_view what, std::string_view detail = {}) const {
    if (trace_ == nullptr) return;
    const Instant& now = injector_.now();
    trace_->record({.kind = TraceKind::source,
                    .epoch = now.epoch,
                    .batch = now.batch,
                    .what = what,
                    .who = name_,
                    .detail = detail});
  }

  std::shared_ptr<DataSource> source_;
  Injector& injector_;
  TraceSink* trace_;
  std::string name_;
};

}  // namespace

std::shared_ptr<DataSource> offering(std::shared_ptr<DataSource> source, Injector& injector,
                                     TraceSink* trace) {
  return std::make_shared<DataShim>(std::move(source), injector, trace);
}

}  // namespace trainwreck
