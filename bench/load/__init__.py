"""The load of many people at once; `readers` and `editors` run in a process of their own, without Django."""
