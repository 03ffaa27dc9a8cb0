// Nothing but a source for the precompiled headers of the tests.
