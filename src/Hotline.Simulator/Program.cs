await Hotline.Simulator.SimulatorHost.Build(args).RunAsync();
