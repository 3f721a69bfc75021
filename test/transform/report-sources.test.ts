import { describe } from 'vitest';
import { testFixtures } from './fixtures.ts';

describe('report-sources: fixtures', () => testFixtures('report-sources', 'report_sources'));
