// How far a run is, as package control says it. TestStatusOfThePage there compares both.

export interface Status {
  id: string;
  run_id: string;
  pid: number;
  scripts: string[];
  since: string;
  ending: boolean;
  scenarios: ScenarioStatus[];
}

export interface ScenarioStatus {
  name: string;
  shape: string;
  load: string;
  state: string;
  users: number;
  users_wanted?: number | null;
  rate?: string;
  iterations: number;
  iterations_per_second: number;
  iteration_failures: number;
  users_failed: number;
  left_ms?: number | null;
  search?: SearchStatus | null;
}

export interface SearchStatus {
  now?: string;
  held?: string;
  broke?: string;
  reason?: string;
}
