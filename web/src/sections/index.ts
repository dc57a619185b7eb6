// The sections of a page, in their order.

import type { Section } from '../section';
import { checks } from './checks';
import { failures } from './failures';
import { felt } from './felt';
import { first } from './first';
import { journey } from './journey';
import { limit } from './limit';
import { metrics } from './metrics';
import { nodes } from './nodes';
import { options } from './options';
import { requests } from './requests';
import { sideBySide } from './sidebyside';
import { standout } from './standout';
import { summary } from './summary';
import { thresholds } from './thresholds';
import { time } from './time';
import { timesplit } from './timesplit';
import { trust } from './trust';

/** sections are those of reports and dashboards. */
export const sections: Section[] = [
  summary, felt, first, trust, standout, thresholds, limit, time, timesplit, failures, journey, requests, checks, sideBySide, metrics, nodes, options,
];
