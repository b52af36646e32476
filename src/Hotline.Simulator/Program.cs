if (args is ["triage", .. var rest]) return await Hotline.Simulator.City.TriageCommand.Run(rest, Console.Out);
await Hotline.Simulator.SimulatorHost.Build(args).RunAsync();
return 0;
