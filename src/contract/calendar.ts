import { date, defineTable, integer } from './table.ts';

export const calendar = defineTable({
  name: 'calendar',
  description:
    'Every day from the first record to the newest as_of_date, or to the newest record if that is later, so that quiet days show as zero',
  grain: 'a day from the first record to as_of_date or the newest record',
  key: ['day'],
  columns: [
    date('day', 'The UTC day'),
    integer('day_number', 'Days since 1970-01-01'),
    date('month', "First day of the day's month"),
  ],
});
