// Each proof has a server, a simulator and a database of its own: two at once would only measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
