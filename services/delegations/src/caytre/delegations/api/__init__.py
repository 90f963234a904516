"""HTTP: paths, bodies and documented answers. Endpoints turn bodies into arguments and decide nothing."""
