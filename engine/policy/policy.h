#pragma once

#include <cstdint>

#include "engine/checkpoint/save.h"
#include "engine/model/label_shapes.h"
#include "engine/model/zero_batch_size.h"

namespace trainwreck {

// Every behaviour of the loop, its data and its callbacks that people disagree about is one named
// choice here. A profile is a value of Policy; components read their own choice, and nothing asks
// which profile is in force. In each enum the first value is what Keras 3.15.1 does.

enum class EndHooks : std::uint8_t { skipped_on_failure, closed_with_status };
enum class StopRead : std::uint8_t { after_batch_and_epoch, at_every_boundary };
enum class StopRequest : std::uint8_t { can_be_withdrawn, sticky };
enum class ReentrantFit : std::uint8_t { allowed, refused };
enum class EmptyEpoch : std::uint8_t { accepted, refused };
enum class LogsSharing : std::uint8_t { shared_by_callbacks, own_copy };
enum class InessentialErrors : std::uint8_t { fail_the_run, contained };
enum class ResumedEpoch : std::uint8_t { sticks_to_the_model, for_one_fit };
enum class NestedEvaluate : std::uint8_t { shares_running_metrics, own_metrics };
enum class OptionChecks : std::uint8_t { when_used, before_training };
enum class EarlyDemand : std::uint8_t { forgotten, honoured };
enum class Interrupts : std::uint8_t { in_mid_batch, between_batches };

struct LoopPolicy {
  EndHooks end_hooks = EndHooks::closed_with_status;
  StopRead stop_read = StopRead::at_every_boundary;
  StopRequest stop_request = StopRequest::sticky;
  ReentrantFit reentrant_fit = ReentrantFit::refused;
  EmptyEpoch empty_epoch = EmptyEpoch::refused;
  LogsSharing logs = LogsSharing::own_copy;
  InessentialErrors inessential_errors = InessentialErrors::fail_the_run;
  ResumedEpoch resumed_epoch = ResumedEpoch::for_one_fit;
  NestedEvaluate nested_evaluate = NestedEvaluate::own_metrics;
  OptionChecks option_checks = OptionChecks::before_training;
  EarlyDemand early_demand = EarlyDemand::honoured;
  Interrupts interrupts = Interrupts::between_batches;
};

enum class BuildFrom : std::uint8_t { peeked_batch, first_training_batch };
enum class StreamPeek : std::uint8_t { two_items_replayed, none };
enum class SourceEpochEnd : std::uint8_t { before_train_and_after_full_epochs, once_per_epoch };
enum class PassEnd : std::uint8_t { cuts_the_epoch, wraps_into_the_next };
enum class Exhausted : std::uint8_t { warns_and_goes_on, error, ends_epoch, ends_run };
enum class StepCounts : std::uint8_t { zero_and_negative_mean_all, refused };
enum class BadBatches : std::uint8_t { used_as_is, error, skipped };
enum class Dtypes : std::uint8_t { cast, refused };
enum class ResumedData : std::uint8_t { starts_over, taken_up };
enum class StreamShuffle : std::uint8_t { warns, ignored };
enum class BatchIdentity : std::uint8_t { trusted, checked };

struct DataPolicy {
  BuildFrom build_from = BuildFrom::first_training_batch;
  StreamPeek stream_peek = StreamPeek::none;
  SourceEpochEnd source_epoch_end = SourceEpochEnd::once_per_epoch;
  PassEnd pass_end = PassEnd::wraps_into_the_next;
  Exhausted exhausted = Exhausted::error;
  StepCounts step_counts = StepCounts::refused;
  BadBatches bad_batches = BadBatches::error;
  Dtypes dtypes = Dtypes::refused;
  ResumedData resumed_data = ResumedData::taken_up;
  StreamShuffle stream_shuffle = StreamShuffle::ignored;
  BatchIdentity batch_identity = BatchIdentity::checked;
  ZeroBatchSize zero_batch_size = ZeroBatchSize::refused;
  std::int64_t max_skips = 0;      // with BadBatches::skipped or NonFiniteStep::skipped
  double deadline_seconds = 60.0;  // for one wait on data; 0: none
};

enum class FeatureShapes : std::uint8_t { trailing_one_squeezed, strict };

struct ShapePolicy {
  LabelShapes labels = LabelShapes::strict;
  FeatureShapes features = FeatureShapes::strict;
};

enum class NonFiniteStep : std::uint8_t { applied, error, skipped, stops };
enum class FailedStep : std::uint8_t { left_as_it_is, rolled_back };
enum class MetricWeights : std::uint8_t { rows_alone, sample_weights };
enum class LearningRates : std::uint8_t { anything, finite_and_not_negative };

struct StepPolicy {
  NonFiniteStep non_finite = NonFiniteStep::error;
  FailedStep failed = FailedStep::rolled_back;
  MetricWeights metric_weights = MetricWeights::sample_weights;
  LearningRates learning_rates = LearningRates::finite_and_not_negative;
};

enum class FirstNan : std::uint8_t { becomes_best, never_best };
enum class Comparison : std::uint8_t { float32, float64 };
enum class UnknownMetric : std::uint8_t { warns_each_epoch, error };
enum class UnusedMonitor : std::uint8_t { checked, ignored };
enum class UnknownMode : std::uint8_t { means_auto, refused };
enum class BelowBaseline : std::uint8_t { never_stops_while_improving, waits };
enum class Cooldown : std::uint8_t { one_epoch_less, as_named };

struct MonitorPolicy {
  FirstNan first_nan = FirstNan::never_best;
  Comparison comparison = Comparison::float64;
  UnknownMetric unknown_metric = UnknownMetric::error;
  UnusedMonitor unused_monitor = UnusedMonitor::ignored;
  UnknownMode unknown_mode = UnknownMode::refused;
  BelowBaseline below_baseline = BelowBaseline::waits;
  Cooldown cooldown = Cooldown::as_named;
};

enum class BestUpdate : std::uint8_t { before_write, after_publish };
enum class BestStart : std::uint8_t { from_nothing, from_existing_file };
enum class MissingMetric : std::uint8_t { saves, skips };
enum class BestWithFrequency : std::uint8_t { fails_at_second_save, works };
enum class FailedSave : std::uint8_t { fails_the_run, continues };
enum class Preflight : std::uint8_t { none, before_the_first_epoch };
enum class NonFiniteWeights : std::uint8_t { saved, refused };
enum class SavedBy : std::uint8_t { the_loop, a_worker };
enum class FileExtension : std::uint8_t { as_keras_or_safetensors, any };

struct CheckpointPolicy {
  SaveProtocol protocol = SaveProtocol::durable;
  Verification verification = Verification::read_back;
  SavedBy saved_by = SavedBy::the_loop;
  BestUpdate best_update = BestUpdate::after_publish;
  BestStart best_start = BestStart::from_existing_file;
  MissingMetric missing_metric = MissingMetric::skips;
  BestWithFrequency best_with_frequency = BestWithFrequency::works;
  FailedSave failed_save = FailedSave::fails_the_run;
  std::int64_t max_failed_saves = 0;  // with FailedSave::continues
  Preflight preflight = Preflight::before_the_first_epoch;
  NonFiniteWeights non_finite_weights = NonFiniteWeights::refused;
  FileExtension file_extension = FileExtension::any;

  SaveManner manner() const { return {protocol, verification}; }
};

enum class BackupPosition : std::uint8_t { epoch_only, exact };
enum class BackupDelete : std::uint8_t { when_fit_returns, when_completed };
enum class BackupFiles : std::uint8_t { weights_then_metadata, one_file };
enum class BackupState : std::uint8_t { model_only, with_callbacks };
enum class BackupMoment : std::uint8_t { in_its_turn, after_every_callback };
enum class BackupFallback : std::uint8_t { torn_file_only, any_damage };
enum class BackupIdentity : std::uint8_t { weights_only, seed_and_source };
enum class EmergencyBackup : std::uint8_t { none, when_interrupted, when_broken_off };

struct BackupPolicy {
  BackupPosition position = BackupPosition::exact;
  BackupDelete delete_when = BackupDelete::when_completed;
  BackupFiles files = BackupFiles::one_file;
  BackupState state = BackupState::with_callbacks;
  BackupMoment moment = BackupMoment::after_every_callback;
  BackupFallback fallback = BackupFallback::any_damage;
  BackupIdentity identity = BackupIdentity::seed_and_source;
  EmergencyBackup emergency = EmergencyBackup::when_interrupted;
};

enum class HistoryReuse : std::uint8_t { series_keep_growing, fresh_each_fit };
enum class CsvColumns : std::uint8_t { of_the_first_epoch, checked_against_the_file };
enum class CsvRestart : std::uint8_t { truncates_or_appends, takes_up_the_rows };
enum class CsvDirectory : std::uint8_t { must_exist, made };
enum class LogFlush : std::uint8_t { to_the_system, to_the_disk };
enum class EventRestart : std::uint8_t { adds_to_what_is_there, takes_up_the_records };
enum class BatchScalars : std::uint8_t { decided_when_the_scope_begins, every_nth_batch };
enum class BatchSteps : std::uint8_t { since_train_begin, committed_by_the_model };
enum class RemoteDelivery : std::uint8_t { once_without_timeout, bounded_retries };
enum class RemoteNonFinite : std::uint8_t { as_python_prints, null_beside_its_text };

struct LoggingPolicy {
  HistoryReuse history_reuse = HistoryReuse::fresh_each_fit;
  CsvColumns csv_columns = CsvColumns::checked_against_the_file;
  CsvRestart csv_restart = CsvRestart::takes_up_the_rows;
  CsvDirectory csv_directory = CsvDirectory::made;
  EventRestart event_restart = EventRestart::takes_up_the_records;
  LogFlush flush = LogFlush::to_the_disk;
  BatchScalars batch_scalars = BatchScalars::every_nth_batch;
  BatchSteps batch_steps = BatchSteps::committed_by_the_model;
  RemoteDelivery remote = RemoteDelivery::bounded_retries;
  RemoteNonFinite remote_non_finite = RemoteNonFinite::null_beside_its_text;
  double remote_timeout_seconds = 2.0;
  std::int64_t remote_retries = 2;
};

// The default value is the profile `hardened`.
struct Policy {
  LoopPolicy loop;
  DataPolicy data;
  ShapePolicy shapes;
  StepPolicy step;
  MonitorPolicy monitor;
  CheckpointPolicy checkpoint;
  BackupPolicy backup;
  LoggingPolicy logging;
};

Policy hardened();
Policy keras();

}  // namespace trainwreck
