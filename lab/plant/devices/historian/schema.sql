-- The line's historian: what is measured, its values, and the orders that were filled.
CREATE TABLE tag (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  unit TEXT NOT NULL,
  description TEXT NOT NULL
);
CREATE TABLE measurement (
  tag INTEGER NOT NULL REFERENCES tag (id),
  time TEXT NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (tag, time)
) WITHOUT ROWID;
CREATE TABLE batch (
  id INTEGER PRIMARY KEY,
  recipe INTEGER NOT NULL,
  product TEXT NOT NULL,
  started TEXT NOT NULL
);
INSERT INTO tag (id, name, unit, description) VALUES
  (1, 'filler.bottles', '1/h', 'Good bottles in an hour'),
  (2, 'filler.volume', 'ml', 'Filled volume, mean of the heads'),
  (3, 'filler.temperature', '°C', 'Product temperature at the bowl'),
  (4, 'capper.torque', 'Nm', 'Closing torque, mean'),
  (5, 'conveyor.speed', 'm/s', 'Speed of the infeed conveyor'),
  (6, 'air.pressure', 'bar', 'Compressed air of the line');
