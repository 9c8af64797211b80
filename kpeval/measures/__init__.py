"""Measures: pure functions, frames in, one frame out; one module a question, none imports another."""
