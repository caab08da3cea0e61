"""Two processes that train one model."""

import os
import socket

import torch

from beltline_training.peers import Peers


def average(rank: int, port: int, queue) -> None:
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    peers = Peers()
    parameters = [torch.nn.Parameter(torch.zeros(2, 3)), torch.nn.Parameter(torch.zeros(4))]
    for index, parameter in enumerate(parameters):
        parameter.grad = torch.full_like(parameter, float(10 * index + rank))
    peers.average_gradients(parameters)
    queue.put((rank, peers.leads, peers.agree(rank + 7.0), [parameter.grad.tolist() for parameter in parameters]))
    torch.distributed.destroy_process_group()


def test_gradients_are_averaged_and_the_leader_decides():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = torch.multiprocessing.get_context("spawn")
    queue = context.Queue()
    processes = [context.Process(target=average, args=(rank, port, queue)) for rank in range(2)]
    for process in processes:
        process.start()
    found = sorted(queue.get(timeout=60) for _ in processes)
    for process in processes:
        process.join()
    gradients = [[[0.5] * 3] * 2, [10.5] * 4]
    assert found == [(0, True, [7.0], gradients), (1, False, [7.0], gradients)]


def test_one_process_alone_leads_and_changes_nothing():
    parameter = torch.nn.Parameter(torch.zeros(2))
    parameter.grad = torch.ones(2)
    peers = Peers()
    peers.average_gradients([parameter])
    assert peers.leads and peers.agree(3.0) == [3.0] and parameter.grad.tolist() == [1.0, 1.0]
