#include <utility>

#include "faults/inject/injector.h"
#include "faults/shims/shims.h"

namespace trainwreck {
namespace {

class DataShim final : public DataSource {
 public:
  DataShim(std::shared_ptr<DataSource> source, Injector& injector)
      : source_(std::move(source)), injector_(injector), name_(source_->traits().name) {}

  SourceTraits traits() const override { return source_->traits(); }

  std::optional<std::int64_t> length() const override {
    SourceOperation operation = about(Site::source_length);
    injector_.cross(operation, [&] { operation.length = source_->length(); });
    return operation.length;
  }

  void start_pass(const Pass& pass) override {
    SourceOperation operation = about(Site::source_start_pass);
    injector_.cross(operation, [&] { source_->start_pass(pass); });
  }

  void settle_batch_size(std::optional<std::int64_t> steps, ZeroBatchSize zero) override {
    source_->settle_batch_size(steps, zero);
  }

  bool fetch(std::int64_t index, Batch& out) override {
    FetchOperation operation;
    operation.site = Site::source_fetch;
    operation.detail = name_;
    operation.source = source_.get();
    operation.index = index;
    operation.batch = &out;
    injector_.cross(operation, [&] { operation.got = source_->fetch(operation.index, out); });
    return operation.got;
  }

  void on_epoch_begin() override {
    SourceOperation operation = about(Site::source_epoch_begin);
    injector_.cross(operation, [&] { source_->on_epoch_begin(); });
  }

  void on_epoch_end() override {
    SourceOperation operation = about(Site::source_epoch_end);
    injector_.cross(operation, [&] { source_->on_epoch_end(); });
  }

  std::shared_ptr<DataSource> split_off(double fraction) override {
    return wrap(source_->split_off(fraction), injector_);
  }
  void rejoin() override { source_->rejoin(); }

 private:
  SourceOperation about(Site site) const {
    SourceOperation operation;
    operation.site = site;
    operation.detail = name_;
    return operation;
  }

  std::shared_ptr<DataSource> source_;
  Injector& injector_;
  std::string name_;
};

}  // namespace

std::shared_ptr<DataSource> wrap(std::shared_ptr<DataSource> source, Injector& injector) {
  return std::make_shared<DataShim>(std::move(source), injector);
}

}  // namespace trainwreck
