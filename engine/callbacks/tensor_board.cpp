#include "engine/callbacks/tensor_board.h"

#include <array>

#include "engine/base/errors.h"
#include "engine/saving/event_files.h"
#include "engine/seams/clock.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck {

namespace {

bool names_validation(const std::string& name) { return name.compare(0, 4, "val_") == 0; }

SummaryValue scalar(std::string tag, double value) {
  return {.tag = std::move(tag), .scalar = static_cast<float>(value), .histogram = std::nullopt};
}

// As in a Python dict: a tag that is there already keeps its place.
void set(std::vector<SummaryValue>& values, const std::string& tag, double value) {
  for (SummaryValue& known : values) {
    if (known.tag != tag) continue;
    known.scalar = static_cast<float>(value);
    return;
  }
  values.push_back(scalar(tag, value));
}

std::int64_t iterations_of(const Session& session) {
  Model& model = session.model();
  return model.compiled() ? model.optimizer().iterations() : session.position().step;
}

double wall_time(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

bool failed(const Event& event) {
  return event.status == Status::failed || event.status == Status::interrupted;
}

}  // namespace

TensorBoard::TensorBoard(TensorBoardOptions options) : options_(std::move(options)) {
  if (options_.histogram_freq < 0 || options_.update_freq.value_or(1) < 1) {
    throw ValueError(
        "tensor_board: histogram_freq must not be negative, update_freq must be at least 1");
  }
}

TensorBoard::~TensorBoard() = default;

void TensorBoard::set_session(Session&) {
  train_ = std::make_unique<EventFiles>(options_.log_dir + "/train");
  validation_ = std::make_unique<EventFiles>(options_.log_dir + "/validation", train_.get());
}

void TensorBoard::on_train_begin(Event&) { train_batches_ = 0; }

void TensorBoard::on_train_end(Event&) {
  train_->close();
  validation_->close();
}

void TensorBoard::on_epoch_begin(Event& event) {
  train_->begin(event.session);
  validation_->begin(event.session);
  if (!options_.write_steps_per_second) return;
  iterations_before_ = iterations_of(event.session);
  epoch_start_ = event.session.seams().clock.now();
}

void TensorBoard::on_train_batch_begin(Event& event) {
  ++train_batches_;
  if (options_.update_freq && options_.write_steps_per_second) {
    batch_start_ = event.session.seams().clock.now();
  }
}

// Keras decides with the step at which the scope began: 0 for training, so every batch is written.
bool TensorBoard::wants_batch(const Session& session, std::int64_t step) const {
  return session.policy().logging.batch_scalars == BatchScalars::decided_when_the_scope_begins ||
         step % *options_.update_freq == 0;
}

void TensorBoard::on_train_batch_end(Event& event) {
  if (!options_.update_freq || failed(event)) return;
  const Session& session = event.session;
  const std::int64_t step = session.policy().logging.batch_steps == BatchSteps::since_train_begin
                                ? train_batches_
                                : iterations_of(session);
  if (!wants_batch(session, step)) return;
  std::vector<SummaryValue> values;
  if (options_.write_steps_per_second) {
    const Time now = session.seams().clock.now();
    values.push_back(scalar("batch_steps_per_second", 1.0 / wall_time(now - batch_start_)));
  }
  for (const Logs::Item& item : event.logs.items()) {
    values.push_back(scalar("batch_" + item.key.name(), item.value));
  }
  write(*train_, event.session, step, std::move(values));
}

void TensorBoard::on_test_begin(Event& event) {
  wants_evaluation_ =
      !options_.update_freq ||
      event.session.policy().logging.batch_scalars == BatchScalars::every_nth_batch ||
      test_batches_ % *options_.update_freq == 0;
}

void TensorBoard::on_test_end(Event& event) {
  if (!wants_evaluation_ || failed(event) || !event.session.model().compiled()) return;
  std::vector<SummaryValue> values;
  for (const Logs::Item& item : event.logs.items()) {
    values.push_back(scalar("evaluation_" + item.key.name() + "_vs_iterations", item.value));
  }
  write(*validation_, event.session, iterations_of(event.session), std::move(values));
}

void TensorBoard::on_epoch_end(Event& event) {
  if (!failed(event)) {
    write_epoch(event);
    const bool due = options_.histogram_freq > 0 && event.index % options_.histogram_freq == 0;
    if (due) write_histograms(event);
  }
  if (event.session.policy().logging.flush == LogFlush::to_the_disk) {
    train_->sync();
    validation_->sync();
  }
}

void TensorBoard::write_epoch(Event& event) {
  if (event.logs.empty()) return;
  std::vector<SummaryValue> trained;
  std::vector<SummaryValue> validated;
  for (const Logs::Item& item : event.logs.items()) {
    const std::string& name = item.key.name();
    if (names_validation(name)) {
      validated.push_back(scalar("epoch_" + name.substr(4), item.value));
    } else {
      trained.push_back(scalar("epoch_" + name, item.value));
    }
  }
  Session& session = event.session;
  if (session.model().compiled()) {
    set(trained, "epoch_learning_rate",
        static_cast<double>(session.model().optimizer().learning_rate()));
  }
  if (options_.write_steps_per_second) {
    const double steps = static_cast<double>(iterations_of(session) - iterations_before_);
    set(trained, "epoch_steps_per_second",
        steps / wall_time(session.seams().clock.now() - epoch_start_));
  }
  write(*train_, session, event.index, std::move(trained));
  write(*validation_, session, event.index, std::move(validated));
}

void TensorBoard::write_histograms(Event& event) {
  const Parameters& parameters = event.session.model().parameters();
  std::vector<SummaryValue> values;
  for (const ParameterInfo& info : parameters.infos()) {
    values.push_back({.tag = info.name + "/histogram",
                      .scalar = std::nullopt,
                      .histogram = histogram_of(parameters.values_of(info))});
  }
  write(*train_, event.session, event.index, std::move(values));
}

void TensorBoard::write(EventFiles& files, Session& session, std::int64_t step,
                        std::vector<SummaryValue> values) {
  if (values.empty()) return;
  files.write(session, {.wall_time = session.seams().clock.unix_seconds(),
                        .step = step,
                        .file_version = {},
                        .values = std::move(values)});
}

void TensorBoard::save_state(CallbackState& state) const {
  train_->save_state("train", state);
  validation_->save_state("validation", state);
}

void TensorBoard::load_state(const CallbackState& state) {
  train_->load_state("train", state);
  validation_->load_state("validation", state);
}

namespace callbacks {
namespace {

std::optional<std::int64_t> read_update_freq(Params& params) {
  static constexpr std::array<std::string_view, 2> kWords{"epoch", "batch"};
  constexpr std::string_view kHelp =
      "scalars after each epoch, after each batch too, or after each so many batches";
  if (params.has("update_freq") && !params.child("update_freq").is_text()) {
    return params.integer("update_freq", 1, kHelp, {.low = 1});
  }
  if (params.choice("update_freq", kWords, 0, kHelp) == 0) return std::nullopt;
  return 1;
}

}  // namespace

CallbackEntry tensor_board() {
  return {"tensor_board", "writes event files that TensorBoard shows",
          [](Params& params, const BuildContext&) -> CallbackHandle {
            TensorBoardOptions options;
            options.log_dir = params.text("log_dir", options.log_dir,
                                          "the directory that gets train/ and validation/");
            options.histogram_freq =
                params.integer("histogram_freq", 0,
                               "epochs between histograms of the weights; 0: none", {.low = 0});
            options.write_steps_per_second =
                params.flag("write_steps_per_second", false, "also write the speed");
            options.update_freq = read_update_freq(params);
            return std::make_shared<TensorBoard>(std::move(options));
          }};
}

}  // namespace callbacks
}  // namespace trainwreck
