#include <array>

#include "engine/base/params.h"
#include "engine/base/text.h"
#include "engine/policy/policy_names.h"

namespace trainwreck {
namespace {

using Words = std::span<const std::string_view>;

// A row for the enum-valued field `Field` of the area `Area`.
template <auto Area, auto Field>
constexpr PolicyChoice choice(std::string_view name, std::string_view help, Words values) {
  return {name, help, values,
          [](const Policy& policy) { return static_cast<std::size_t>((policy.*Area).*Field); },
          [](Policy& policy, std::size_t value) {
            auto& field = (policy.*Area).*Field;
            field = static_cast<std::remove_reference_t<decltype(field)>>(value);
          }};
}

template <auto Area, auto Field>
constexpr PolicyNumber number(std::string_view name, std::string_view help) {
  return {name, help,
          [](const Policy& policy) { return static_cast<double>((policy.*Area).*Field); },
          [](Policy& policy, double value) {
            auto& field = (policy.*Area).*Field;
            field = static_cast<std::remove_reference_t<decltype(field)>>(value);
          }};
}

template <std::size_t N>
using List = std::array<std::string_view, N>;

constexpr List<2> kEndHooks{"skipped_on_failure", "closed_with_status"};
constexpr List<2> kStopRead{"after_batch_and_epoch", "at_every_boundary"};
constexpr List<2> kStopRequest{"can_be_withdrawn", "sticky"};
constexpr List<2> kAllowed{"allowed", "refused"};
constexpr List<2> kAccepted{"accepted", "refused"};
constexpr List<2> kLogs{"shared_by_callbacks", "own_copy"};
constexpr List<2> kInessential{"fail_the_run", "contained"};
constexpr List<2> kResumedEpoch{"sticks_to_the_model", "for_one_fit"};
constexpr List<2> kNestedEvaluate{"shares_running_metrics", "own_metrics"};
constexpr List<2> kOptionChecks{"when_used", "before_training"};
constexpr List<2> kEarlyDemand{"forgotten", "honoured"};
constexpr List<2> kInterrupts{"in_mid_batch", "between_batches"};
constexpr List<2> kBuildFrom{"peeked_batch", "first_training_batch"};
constexpr List<2> kStreamPeek{"two_items_replayed", "none"};
constexpr List<2> kSourceEpochEnd{"before_train_and_after_full_epochs", "once_per_epoch"};
constexpr List<2> kPassEnd{"cuts_the_epoch", "wraps_into_the_next"};
constexpr List<4> kExhausted{"warns_and_goes_on", "error", "ends_epoch", "ends_run"};
constexpr List<2> kStepCounts{"zero_and_negative_mean_all", "refused"};
constexpr List<3> kBadBatches{"used_as_is", "error", "skipped"};
constexpr List<2> kDtypes{"cast", "refused"};
constexpr List<2> kResumedData{"starts_over", "taken_up"};
constexpr List<2> kStreamShuffle{"warns", "ignored"};
constexpr List<2> kBatchIdentity{"trusted", "checked"};
constexpr List<2> kZeroBatchSize{"means_default", "refused"};
constexpr List<2> kLabels{"broadcast", "strict"};
constexpr List<2> kFeatures{"trailing_one_squeezed", "strict"};
constexpr List<4> kNonFinite{"applied", "error", "skipped", "stops"};
constexpr List<2> kFailedStep{"left_as_it_is", "rolled_back"};
constexpr List<2> kMetricWeights{"rows_alone", "sample_weights"};
constexpr List<2> kLearningRates{"anything", "finite_and_not_negative"};
constexpr List<2> kFirstNan{"becomes_best", "never_best"};
constexpr List<2> kComparison{"float32", "float64"};
constexpr List<2> kUnknownMetric{"warns_each_epoch", "error"};
constexpr List<2> kUnusedMonitor{"checked", "ignored"};
constexpr List<2> kUnknownMode{"means_auto", "refused"};
constexpr List<2> kBelowBaseline{"never_stops_while_improving", "waits"};
constexpr List<2> kCooldown{"one_epoch_less", "as_named"};
constexpr List<3> kProtocol{"in_place", "rename", "durable"};
constexpr List<2> kVerification{"none", "read_back"};
constexpr List<2> kSavedBy{"the_loop", "a_worker"};
constexpr List<2> kBestUpdate{"before_write", "after_publish"};
constexpr List<2> kBestStart{"from_nothing", "from_existing_file"};
constexpr List<2> kMissingMetric{"saves", "skips"};
constexpr List<2> kBestWithFrequency{"fails_at_second_save", "works"};
constexpr List<2> kFailedSave{"fails_the_run", "continues"};
constexpr List<2> kPreflight{"none", "before_the_first_epoch"};
constexpr List<2> kNonFiniteWeights{"saved", "refused"};
constexpr List<2> kFileExtension{"as_keras_or_safetensors", "any"};
constexpr List<2> kBackupPosition{"epoch_only", "exact"};
constexpr List<2> kBackupDelete{"when_fit_returns", "when_completed"};
constexpr List<2> kBackupFiles{"weights_then_metadata", "one_file"};
constexpr List<2> kBackupState{"model_only", "with_callbacks"};
constexpr List<2> kBackupMoment{"in_its_turn", "after_every_callback"};
constexpr List<2> kBackupFallback{"torn_file_only", "any_damage"};
constexpr List<2> kBackupIdentity{"weights_only", "seed_and_source"};
constexpr List<3> kEmergency{"none", "when_interrupted", "when_broken_off"};
constexpr List<2> kHistoryReuse{"series_keep_growing", "fresh_each_fit"};
constexpr List<2> kEventRestart{"adds_to_what_is_there", "takes_up_the_records"};
constexpr List<2> kCsvRestart{"truncates_or_appends", "takes_up_the_rows"};
constexpr List<2> kCsvDirectory{"must_exist", "made"};
constexpr List<2> kLogFlush{"to_the_system", "to_the_disk"};
constexpr List<2> kBatchScalars{"decided_when_the_scope_begins", "every_nth_batch"};
constexpr List<2> kBatchSteps{"since_train_begin", "committed_by_the_model"};
constexpr List<2> kRemoteNonFinite{"as_python_prints", "null_beside_its_text"};
constexpr List<2> kCsvColumns{"of_the_first_epoch", "checked_against_the_file"};
constexpr List<2> kRemote{"once_without_timeout", "bounded_retries"};

constexpr auto L = &Policy::loop;
constexpr auto D = &Policy::data;
constexpr auto S = &Policy::shapes;
constexpr auto T = &Policy::step;
constexpr auto M = &Policy::monitor;
constexpr auto C = &Policy::checkpoint;
constexpr auto B = &Policy::backup;
constexpr auto G = &Policy::logging;

constexpr PolicyChoice kChoices[] = {
    choice<L, &LoopPolicy::end_hooks>(
        "loop.end_hooks", "whether a failed scope's end hooks run, with its status", kEndHooks),
    choice<L, &LoopPolicy::stop_read>(
        "loop.stop_read", "where a demand to stop is noticed: a batch late, or at once", kStopRead),
    choice<L, &LoopPolicy::stop_request>(
        "loop.stop_request", "whether a later callback can take a stop back", kStopRequest),
    choice<L, &LoopPolicy::reentrant_fit>("loop.reentrant_fit", "fit from inside a hook", kAllowed),
    choice<L, &LoopPolicy::empty_epoch>("loop.empty_epoch", "an epoch without a single batch",
                                        kAccepted),
    choice<L, &LoopPolicy::logs>(
        "loop.logs", "whether what one callback writes into the logs is seen by the next", kLogs),
    choice<L, &LoopPolicy::inessential_errors>(
        "loop.inessential_errors", "errors of callbacks that a run can do without", kInessential),
    choice<L, &LoopPolicy::resumed_epoch>("loop.resumed_epoch",
                                          "how long a restored initial epoch lasts", kResumedEpoch),
    choice<L, &LoopPolicy::nested_evaluate>(
        "loop.nested_evaluate", "whose metrics an evaluate inside a hook adds to", kNestedEvaluate),
    choice<L, &LoopPolicy::option_checks>(
        "loop.option_checks", "when fit's options and its validation data are looked at",
        kOptionChecks),
    choice<L, &LoopPolicy::early_demand>("loop.early_demand",
                                         "a stop asked for before on_train_begin", kEarlyDemand),
    choice<L, &LoopPolicy::interrupts>(
        "loop.interrupts", "whether a signal cuts the batch that is being worked on", kInterrupts),
    choice<D, &DataPolicy::build_from>("data.build_from",
                                       "where the model's input shape comes from", kBuildFrom),
    choice<D, &DataPolicy::stream_peek>(
        "data.stream_peek", "items drawn from a generator before training", kStreamPeek),
    choice<D, &DataPolicy::source_epoch_end>(
        "data.source_epoch_end", "when the source's own on_epoch_end is called", kSourceEpochEnd),
    choice<D, &DataPolicy::pass_end>(
        "data.pass_end", "what happens when the data ends inside an epoch of counted steps",
        kPassEnd),
    choice<D, &DataPolicy::exhausted>("data.exhausted", "fewer batches than declared or asked for",
                                      kExhausted),
    choice<D, &DataPolicy::step_counts>("data.step_counts", "steps_per_epoch of zero or less",
                                        kStepCounts),
    choice<D, &DataPolicy::bad_batches>("data.bad_batches", "a batch that breaks the data contract",
                                        kBadBatches),
    choice<D, &DataPolicy::dtypes>("data.dtypes", "numbers that are not float32", kDtypes),
    choice<D, &DataPolicy::resumed_data>("data.resumed_data",
                                         "where the data of a resumed run begins", kResumedData),
    choice<D, &DataPolicy::stream_shuffle>(
        "data.stream_shuffle", "shuffle asked for with a source that has no order", kStreamShuffle),
    choice<D, &DataPolicy::batch_identity>("data.batch_identity",
                                           "a batch that says it is another one than was asked for",
                                           kBatchIdentity),
    choice<D, &DataPolicy::zero_batch_size>("data.zero_batch_size", "arrays in batches of 0 rows",
                                            kZeroBatchSize),
    choice<S, &ShapePolicy::labels>("shapes.labels", "labels of another shape than the output",
                                    kLabels),
    choice<S, &ShapePolicy::features>("shapes.features", "inputs with one size-1 axis too many",
                                      kFeatures),
    choice<T, &StepPolicy::non_finite>("step.non_finite", "a loss or gradient that is not finite",
                                       kNonFinite),
    choice<T, &StepPolicy::failed>("step.failed", "weights after a step that failed half-way",
                                   kFailedStep),
    choice<T, &StepPolicy::metric_weights>(
        "step.metric_weights", "whether sample weights count in metrics too", kMetricWeights),
    choice<T, &StepPolicy::learning_rates>("step.learning_rates",
                                           "the rates that a scheduler may set", kLearningRates),
    choice<M, &MonitorPolicy::first_nan>("monitor.first_nan", "NaN as the first monitored value",
                                         kFirstNan),
    choice<M, &MonitorPolicy::comparison>("monitor.comparison", "precision of \"is it better\"",
                                          kComparison),
    choice<M, &MonitorPolicy::unknown_metric>(
        "monitor.unknown_metric", "a monitored name that this run cannot produce", kUnknownMetric),
    choice<M, &MonitorPolicy::unused_monitor>(
        "monitor.unused_monitor", "the monitor of a saver that saves anyway", kUnusedMonitor),
    choice<M, &MonitorPolicy::unknown_mode>(
        "monitor.unknown_mode", "a mode that is none of auto, min and max", kUnknownMode),
    choice<M, &MonitorPolicy::below_baseline>("monitor.below_baseline",
                                              "early stopping while the baseline is not beaten",
                                              kBelowBaseline),
    choice<M, &MonitorPolicy::cooldown>("monitor.cooldown", "how long a cooldown of n epochs lasts",
                                        kCooldown),
    choice<C, &CheckpointPolicy::protocol>("checkpoint.protocol", "how a file replaces another",
                                           kProtocol),
    choice<C, &CheckpointPolicy::verification>(
        "checkpoint.verification", "whether durable bytes are read back before they count",
        kVerification),
    choice<C, &CheckpointPolicy::saved_by>(
        "checkpoint.saved_by", "whether the training waits for its saves or a worker makes them",
        kSavedBy),
    choice<C, &CheckpointPolicy::best_update>("checkpoint.best_update",
                                              "when the best value is remembered", kBestUpdate),
    choice<C, &CheckpointPolicy::best_start>(
        "checkpoint.best_start", "what a fresh best-only saver has to beat", kBestStart),
    choice<C, &CheckpointPolicy::missing_metric>(
        "checkpoint.missing_metric", "best-only without the monitored metric", kMissingMetric),
    choice<C, &CheckpointPolicy::best_with_frequency>("checkpoint.best_with_frequency",
                                                      "best-only with an integer save_freq",
                                                      kBestWithFrequency),
    choice<C, &CheckpointPolicy::failed_save>("checkpoint.failed_save", "an error while saving",
                                              kFailedSave),
    choice<C, &CheckpointPolicy::preflight>("checkpoint.preflight", "when paths are checked",
                                            kPreflight),
    choice<C, &CheckpointPolicy::non_finite_weights>(
        "checkpoint.non_finite_weights", "saving weights that are not finite", kNonFiniteWeights),
    choice<C, &CheckpointPolicy::file_extension>(
        "checkpoint.file_extension", "what a checkpoint's path may end in", kFileExtension),
    choice<B, &BackupPolicy::position>("backup.position", "where a restored run goes on",
                                       kBackupPosition),
    choice<B, &BackupPolicy::delete_when>("backup.delete_when", "when the backup is removed",
                                          kBackupDelete),
    choice<B, &BackupPolicy::files>("backup.files", "how many files make a backup", kBackupFiles),
    choice<B, &BackupPolicy::state>("backup.state", "whose state a backup holds", kBackupState),
    choice<B, &BackupPolicy::moment>(
        "backup.moment", "whether a backup waits for the callbacks behind it", kBackupMoment),
    choice<B, &BackupPolicy::fallback>(
        "backup.fallback", "when an older backup stands in for the newest", kBackupFallback),
    choice<B, &BackupPolicy::identity>(
        "backup.identity", "what a run must have in common with the one it goes on from",
        kBackupIdentity),
    choice<B, &BackupPolicy::emergency>(
        "backup.emergency", "whether a run that is broken off backs up its last whole step",
        kEmergency),
    choice<G, &LoggingPolicy::history_reuse>(
        "logging.history_reuse", "a history object that serves a second fit", kHistoryReuse),
    choice<G, &LoggingPolicy::csv_columns>("logging.csv_columns",
                                           "columns when a CSV file is continued", kCsvColumns),
    choice<G, &LoggingPolicy::csv_restart>(
        "logging.csv_restart", "rows that an interrupted run left in a CSV file", kCsvRestart),
    choice<G, &LoggingPolicy::event_restart>("logging.event_restart",
                                             "records that an interrupted run left in event files",
                                             kEventRestart),
    choice<G, &LoggingPolicy::csv_directory>("logging.csv_directory",
                                             "a CSV file in a missing directory", kCsvDirectory),
    choice<G, &LoggingPolicy::flush>("logging.flush", "how far log files get at every epoch end",
                                     kLogFlush),
    choice<G, &LoggingPolicy::batch_scalars>(
        "logging.batch_scalars", "which batches TensorBoard's update_freq picks", kBatchScalars),
    choice<G, &LoggingPolicy::batch_steps>("logging.batch_steps",
                                           "how TensorBoard numbers its batches", kBatchSteps),
    choice<G, &LoggingPolicy::remote>("logging.remote", "how a remote monitor posts", kRemote),
    choice<G, &LoggingPolicy::remote_non_finite>(
        "logging.remote_non_finite", "NaN and infinity in a posted JSON", kRemoteNonFinite),
};

constexpr PolicyNumber kNumbers[] = {
    number<D, &DataPolicy::max_skips>("data.max_skips",
                                      "batches or steps that may be skipped in a run"),
    number<D, &DataPolicy::deadline_seconds>("data.deadline_seconds",
                                             "longest wait for one batch; 0: no limit"),
    number<C, &CheckpointPolicy::max_failed_saves>(
        "checkpoint.max_failed_saves", "failed saves that may be survived where saving continues"),
    number<G, &LoggingPolicy::remote_timeout_seconds>("logging.remote_timeout_seconds",
                                                      "longest wait for one post"),
    number<G, &LoggingPolicy::remote_retries>("logging.remote_retries",
                                              "further tries of a failed post"),
};

}  // namespace

Policy hardened() { return {}; }

Policy keras() {
  Policy policy;
  for (const PolicyChoice& row : kChoices) row.set(policy, 0);
  policy.data.deadline_seconds = 0.0;
  return policy;
}

std::span<const PolicyChoice> policy_choices() { return kChoices; }
std::span<const PolicyNumber> policy_numbers() { return kNumbers; }

Policy read_policy(Params& params, Policy base) {
  for (const PolicyChoice& row : kChoices) {
    row.set(base, params.choice(row.name, row.values, row.get(base), row.help));
  }
  for (const PolicyNumber& row : kNumbers) {
    row.set(base, params.number(row.name, row.get(base), row.help, {.low = 0.0}));
  }
  params.reject_unknown_keys();
  return base;
}

}  // namespace trainwreck
