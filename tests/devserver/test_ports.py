"""A taken port is an error that says which and for what."""

import socket

import pytest

from zhengcaidai.devserver import LOOPBACK, Ports, PortTaken, free_ports, require_free


def test_a_taken_port_is_refused_with_its_number_and_its_purpose() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            PortTaken, match=rf"port {port} .* wanted for the Temporal UI.* --ui-port or ZHENGCAIDAI_UP_UI_PORT"
        ):
            require_free(port, "Temporal UI", "the Temporal UI", "--ui-port")


def test_a_port_given_back_is_free_again() -> None:
    (port,) = free_ports(1)
    with socket.create_server((LOOPBACK, port)) as listening:
        socket.create_connection(listening.getsockname()).close()
    require_free(port, "测试", "the test", "--ui-port")


def test_free_ports_differ_and_can_be_bound() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    for port in ports:
        socket.create_server((LOOPBACK, port)).close()


def test_the_default_ports_are_the_ones_that_temporal_tools_expect() -> None:
    assert Ports() == Ports(frontend=7233, ui=8233)
    assert Ports.free() != Ports.free()
