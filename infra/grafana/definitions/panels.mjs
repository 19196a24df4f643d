// The few kinds of panels that the dashboards are made of. A definition says what is shown; ids, positions and the many
// fields that Grafana wants are filled in by build.mjs.

/** One query to Prometheus. `legend` may hold {{labels}}. */
export const query = (expr, legend = '') => ({ kind: 'prometheus', expr, legend });

/** One query to the JSON API of the metrics service, and the columns to show. */
export const scores = (path, columns) => ({ kind: 'scores', path, columns });

const panel = (type, width, title, unit, description, targets, more = {}) => ({
  type,
  width,
  height: more.height ?? 8,
  title,
  unit,
  description,
  targets,
  ...more,
});

/** Lines over time. */
export const lines = (title, unit, description, targets, more) =>
  panel('timeseries', 8, title, unit, description, targets, more);

/** One number, of now. */
export const number = (title, unit, description, expr, more) =>
  panel('stat', 4, title, unit, description, [query(expr)], { height: 4, ...more });

/** Rows and columns. */
export const table = (title, description, target, more) =>
  panel('table', 24, title, 'none', description, [target], { height: 10, ...more });

export const row = (title) => ({ type: 'row', title });

/** A variable that lists the values of a label. */
export const labelVariable = (name, label, metric, more = {}) => ({
  kind: 'query',
  name,
  label,
  query: `label_values(${metric}, ${more.of ?? name})`,
});

/** A variable that a person types. */
export const textVariable = (name, label, value) => ({ kind: 'textbox', name, label, value });
