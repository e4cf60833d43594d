DROP FUNCTION diaban.unit_successors();
DROP FUNCTION diaban.unit_names();
