import { describe } from 'vitest';
import { testFixtures } from './fixtures.ts';

describe('monitors: fixtures', () => testFixtures('monitors', 'monitors'));
