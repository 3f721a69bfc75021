import { defineTable, double, varchar } from './table.ts';

export const parameters = defineTable({
  name: 'parameters',
  description: 'Thresholds that the views use',
  grain: 'a threshold that views use',
  key: ['name'],
  columns: [
    varchar('name', 'Name of the threshold'),
    double('value', 'Its value'),
    varchar('description', 'What it decides, with its unit'),
  ],
});
