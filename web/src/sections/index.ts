// The sections of a page, in their order.

import type { Section } from '../section';
import { felt } from './felt';
import { failures } from './failures';
import { first } from './first';
import { summary } from './summary';
import { thresholds } from './thresholds';
import { time } from './time';
import { trust } from './trust';

/** sections are those of reports and dashboards. */
export const sections: Section[] = [summary, felt, first, trust, thresholds, time, failures];
