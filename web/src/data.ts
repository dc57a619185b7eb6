// Made of package report: go test ./report -run TestTypesOfThePages -update

export interface Bins {
  zeros?: number;
  steps: number[];
}

export interface ByGaugeValues {
  aggregate: (GaugeValue | null)[];
  by: Record<string, (GaugeValue | null)[]>;
}

export interface ByHistogramSeries {
  aggregate: HistogramSeries;
  by: Record<string, HistogramSeries>;
}

export interface ByInt64s {
  aggregate: number[];
  by: Record<string, number[]>;
}

export interface Check {
  name: string;
  total: number;
  failed: number | null;
}

export interface Compared {
  name: string;
  verdict: Verdict;
  old: Side;
  new: Side;
  doubts: Doubt[];
  counts: string;
  rows: Difference[];
  thresholds: Limit[];
  new_failures: LoneFailure[];
  gone_failures: LoneFailure[];
  only_old: string[];
  only_new: string[];
  curves: Curve[];
}

export interface Comparison {
  version: string;
  verdict: Verdict;
  scenarios: Compared[];
  missing: string[];
  limits: Limit[];
}

export interface Curve {
  metric: string;
  title: string;
  unit: string;
  label: string;
  old: number[];
  new: number[];
}

export interface Data {
  kind: string;
  run_id: string;
  start: string;
  version: string;
  labels: Record<string, string>;
  verdict: Verdict;
  scenarios: Scenario[];
}

export interface Difference {
  metric: string;
  title: string;
  meaning: string;
  label: string;
  statistic: string;
  old: string;
  new: string;
  change: string;
  noise: string;
  verdict: string;
  why: string;
  size: number;
  whisker: Whisker | null;
}

export interface Doubt {
  text: string;
  spoils: boolean;
}

export interface Evidence {
  picture?: string;
  frames?: string[];
  console?: string[];
  files?: File[];
}

export interface Failure {
  class: string;
  reason: string;
  target: string;
  step: string;
  count: number;
  samples: Sample[];
}

export interface Felt {
  what: string;
  meaning: string;
  metric: string;
  count: number;
  p50: number;
  p95: number;
  p99: number;
}

export interface Figure {
  name: string;
  value: string;
  detail: string;
  bad?: boolean;
}

export interface File {
  what: string;
  path: string;
}

export interface Finding {
  rule: string;
  sentence: string;
  how: string;
  advice: string;
  link: string;
  doubt?: string;
  metric: string;
  label?: string;
  at_ms?: number | null;
  numbers: Measured[];
}

export interface FirstFailure {
  at_ms: number;
  class: string;
  message: string;
  place: string;
}

export interface GaugeValue {
  last: number;
  min: number;
  max: number;
}

export interface HistogramSeries {
  count: number[];
  sum: number[];
  p50: number[];
  p90?: number[];
  p95: number[];
  p99?: number[];
  max: number[];
}

export interface Journey {
  of: string;
  stages: Stage[];
}

export interface Limit {
  of: string;
  held: number | null;
  broke: number | null;
  by: string;
  complete: boolean;
  statement: string;
  steps: LimitStep[];
}

export interface Limit {
  text: string;
  ok: boolean;
  why: string;
}

export interface LimitStep {
  load: number;
  text: string;
  again?: boolean;
  held: boolean;
  by?: string;
  reasons?: string[];
  thresholds: ThresholdOutcome[];
  from_ms: number;
  to_ms: number;
}

export interface LoneFailure {
  kind: string;
  text: string;
  count: number;
}

export interface Mark {
  at_ms: number;
  kind: string;
  text: string;
}

export interface Measured {
  name: string;
  value: number;
  unit?: string;
}

export interface Metric {
  name: string;
  title: string;
  kind: string;
  unit: string;
  meaning: string;
  help: string;
  labels: string[];
  all: Values;
  rows: Row[];
}

export interface NodePart {
  metrics: Metric[];
  journey: Journey;
  failures: Failure[];
  requests: Request[];
  checks: Check[];
  series: TimeSeries;
}

export interface Part {
  where: string;
  name: string;
  mean: number;
  share: number;
  p50?: number;
  p95?: number;
}

export interface Picture {
  type: string;
  bytes: string;
}

export interface Request {
  type: string;
  host: string;
  path: string;
  status: string;
  count: number;
  failed?: boolean;
  bytes?: number;
  timed?: number;
  p50?: number;
  p95?: number;
  p99?: number;
  max?: number;
}

export interface Row {
  labels: string[];
  tags?: string;
  count: number;
  sum?: number;
  min?: number;
  p50?: number;
  p90?: number;
  p95?: number;
  p99?: number;
  p999?: number;
  max?: number;
  last?: number;
  bins?: Bins | null;
}

export interface RunNode {
  name: string;
  status: string;
  reason: string;
  saturated: boolean;
  users: number;
  iterations: number;
  failures: number;
  cpu: number;
  memory: number;
  lag: number;
  part?: string;
}

export interface Sample {
  at_ms: number;
  user: number;
  message: string;
  stack: string[];
  evidence?: Evidence | null;
}

export interface Scenario {
  name: string;
  error?: string;
  dead?: string;
  verdict: Verdict;
  load: string;
  elapsed_ms: number;
  scenario_ms: number;
  figures: Figure[];
  felt: Felt[];
  first_failure: FirstFailure | null;
  trust: Trust;
  findings: Finding[];
  thresholds: Threshold[];
  failures: Failure[];
  metrics: Metric[];
  bucket_ms: number;
  series: TimeSeries;
  marks: Mark[];
  nodes: RunNode[];
  options: Record<string, unknown>;
  limit?: Limit | null;
  journey: Journey;
  requests: Request[];
  checks: Check[];
  splits: Split[];
}

export interface Side {
  file: string;
  start: string;
  git: string;
  host: string;
  version: string;
  load: string;
  elapsed_ms: number;
  bucket_ms: number;
  series: TimeSeries;
}

export interface Split {
  of: string;
  name: string;
  page: string;
  count: number;
  mean: number;
  p50?: number;
  p95?: number;
  parts: Part[];
  unknown: string[];
}

export interface Stage {
  name: string;
  short: string;
  depth: number;
  count: number;
  failed: number;
  start: number;
  p50: number;
  p95: number;
  p99: number;
  sum: number;
}

export interface Threshold {
  metric: string;
  expression: string;
  measured: string;
  ok: boolean;
}

export interface ThresholdOutcome {
  metric: string;
  expression: string;
  unit: string;
  ok: boolean;
  value: number | null;
  not_judged?: string;
  failed_ms?: number;
}

export interface TimeSeries {
  active_users: number[];
  node_count: number[];
  histograms: Record<string, ByHistogramSeries>;
  counters: Record<string, ByInt64s>;
  gauges?: Record<string, ByGaugeValues>;
}

export interface Trust {
  ok: boolean;
  title: string;
  reasons: string[];
  notes: string[];
  facts: Figure[];
}

export interface Values {
  count: number;
  sum?: number;
  min?: number;
  p50?: number;
  p90?: number;
  p95?: number;
  p99?: number;
  p999?: number;
  max?: number;
  last?: number;
  bins?: Bins | null;
}

export interface Verdict {
  state: string;
  title: string;
  why: string;
  more: string[];
  doubts: string[];
}

export interface Whisker {
  low: number;
  middle: number;
  high: number;
}
