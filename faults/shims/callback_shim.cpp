#include <utility>

#include "faults/inject/injector.h"
#include "faults/shims/shims.h"

namespace trainwreck {
namespace {

class CallbackShim final : public Callback {
 public:
  CallbackShim(std::shared_ptr<Callback> callback, Injector& injector)
      : callback_(std::move(callback)), injector_(injector), name_(callback_->name()) {}

  std::string name() const override { return name_; }

  void on_train_begin(Event& event) override {
    offer(Hook::train_begin, event, &Callback::on_train_begin);
  }
  void on_train_end(Event& event) override {
    offer(Hook::train_end, event, &Callback::on_train_end);
  }
  void on_epoch_begin(Event& event) override {
    offer(Hook::epoch_begin, event, &Callback::on_epoch_begin);
  }
  void on_epoch_end(Event& event) override {
    offer(Hook::epoch_end, event, &Callback::on_epoch_end);
  }
  void on_train_batch_begin(Event& event) override {
    offer(Hook::train_batch_begin, event, &Callback::on_train_batch_begin);
  }
  void on_train_batch_end(Event& event) override {
    offer(Hook::train_batch_end, event, &Callback::on_train_batch_end);
  }
  void on_test_begin(Event& event) override {
    offer(Hook::test_begin, event, &Callback::on_test_begin);
  }
  void on_test_end(Event& event) override { offer(Hook::test_end, event, &Callback::on_test_end); }
  void on_test_batch_begin(Event& event) override {
    offer(Hook::test_batch_begin, event, &Callback::on_test_batch_begin);
  }
  void on_test_batch_end(Event& event) override {
    offer(Hook::test_batch_end, event, &Callback::on_test_batch_end);
  }
  void on_predict_begin(Event& event) override {
    offer(Hook::predict_begin, event, &Callback::on_predict_begin);
  }
  void on_predict_end(Event& event) override {
    offer(Hook::predict_end, event, &Callback::on_predict_end);
  }
  void on_predict_batch_begin(Event& event) override {
    offer(Hook::predict_batch_begin, event, &Callback::on_predict_batch_begin);
  }
  void on_predict_batch_end(Event& event) override {
    offer(Hook::predict_batch_end, event, &Callback::on_predict_batch_end);
  }
  void on_exception(Event& event) override {
    offer(Hook::exception, event, &Callback::on_exception);
  }

  void set_session(Session& session) override { callback_->set_session(session); }
  void save_state(CallbackState& state) const override { callback_->save_state(state); }
  void load_state(const CallbackState& state) override { callback_->load_state(state); }
  bool records_history() const override { return callback_->records_history(); }
  bool essential() const override { return callback_->essential(); }

 private:
  void offer(Hook hook, Event& event, void (Callback::*action)(Event&)) {
    HookOperation operation;
    operation.site = site_of(hook);
    operation.detail = name_;
    operation.hook = hook;
    operation.event = &event;
    injector_.cross(operation, [&] { (callback_.get()->*action)(event); });
  }

  std::shared_ptr<Callback> callback_;
  Injector& injector_;
  std::string name_;
};

}  // namespace

CallbackHandle wrap(const CallbackHandle& callback, HookMask extra, Injector& injector) {
  if (!callback) return callback;
  return {std::make_shared<CallbackShim>(callback.shared(), injector), callback.hooks() | extra};
}

}  // namespace trainwreck
